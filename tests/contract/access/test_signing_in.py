"""Contract: coming in by password, and going out again."""

import asyncio
from typing import Any

import pytest

from morello.identity.bootstrap import FirstPerson
from morello.kernel.errors import (
    Busy,
    Forbidden,
    NotFound,
    Unauthenticated,
)
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import NOBODY, Kind

from .conftest import PASSWORD, House, secret

pytestmark = pytest.mark.slow

EMAIL = "berry@example.org"


async def test_a_first_start_is_made_once_and_gives_a_way_in(house: House) -> None:
    first = await house.identity.bootstrap.run(email="head@example.org")
    again = await house.identity.bootstrap.run()
    assert (first.is_new, again.is_new) == (True, False)
    assert first.account_id == again.account_id
    assert not again.has_password
    token = await house.identity.bootstrap.link(first)
    opened = await house.call(NOBODY, "access.redeem_link", {"link": token})
    me = await house.who(session=secret(opened.session), csrf=opened.csrf)
    assert (me.organization_id, me.role) == (LOCAL_ORGANIZATION, Role.ORG_ADMIN)
    await house.call(me, "access.change_password", {"new": PASSWORD})
    assert (await house.identity.bootstrap.run()).has_password
    boss = await house.enter("head@example.org", organization=INSTALLATION)
    assert boss.role is Role.SUPER_ADMIN
    kinds = {each.kind for each in await house.events(LOCAL_ORGANIZATION)}
    assert {"organization.created", "member.joined", "link.created", "session.started"} <= kinds


async def test_somebody_comes_in_with_a_password(house: House, first: FirstPerson) -> None:
    await house.member(Role.DATA_SCIENTIST, email=EMAIL)
    me = await house.enter(EMAIL.upper())
    assert (me.role, me.kind, me.scopes) == (Role.DATA_SCIENTIST, Kind.PERSON, None)
    shown = await house.call(me, "access.whoami")
    assert (shown.email, shown.organization, shown.name) == (EMAIL, "Morello", "Berry")
    assert "query_data" in shown.permissions
    events = await house.events(LOCAL_ORGANIZATION)
    started = [each for each in events if each.kind == "session.started"]
    assert {each.who["subject"] for each in started} == {str(me.subject_id)}
    calls = [each for each in events if each.what.get("tool") == "access.start_session"]
    assert len(calls) == 2
    assert all("parent" in each.what for each in calls)


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    house: House, first: FirstPerson, email: str
) -> None:
    await house.member(email=EMAIL)
    before = await house.events(INSTALLATION)
    with pytest.raises(Unauthenticated) as refused:
        await house.sign_in(email, "some other password")
    assert refused.value.message.id == "error.unauthenticated.credentials"
    assert refused.value.message.parameters == {}
    (event,) = (await house.events(INSTALLATION))[len(before) :]
    assert event.kind == "call.refused"
    assert email not in event.model_dump_json()
    assert "password" not in str(event.what["input"]["password"])
    assert event.what["input"]["email"] == f"{email[0]}…@example.org"


async def test_guessing_is_slowed_down_more_and_more(house: House, first: FirstPerson) -> None:
    await house.member(email=EMAIL)
    waits = []
    for _ in range(12):
        try:
            await house.sign_in(EMAIL, "a wrong password")
        except Unauthenticated:
            continue
        except Busy as busy:
            waits.append(busy.retry_after_s)
            house.clock.advance(busy.retry_after_s)
    assert waits == [1.0, 3.0, 7.0]
    with pytest.raises(Busy):
        await house.sign_in(EMAIL)  # the right one has to wait as well
    house.clock.advance(60)
    assert (await house.sign_in(EMAIL)).opened
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await house.sign_in(EMAIL, "a wrong password")


async def test_unknown_addresses_are_slowed_down_alike(house: House, first: FirstPerson) -> None:
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await house.sign_in("nobody@example.org")
    with pytest.raises(Unauthenticated):
        await house.sign_in("nobody@example.org")
    with pytest.raises(Busy):
        await house.sign_in("nobody@example.org")


async def test_many_guesses_at_once_are_counted_each(house: House, first: FirstPerson) -> None:
    await house.member(email=EMAIL)
    tries = [house.sign_in(EMAIL, "a wrong password") for _ in range(12)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, Unauthenticated) for each in answers) <= 7
    assert sum(isinstance(each, Busy) for each in answers) >= 5


async def test_one_address_guesses_at_few_accounts(house: House, first: FirstPerson) -> None:
    refused: list[type] = []
    for index in range(34):
        with pytest.raises((Unauthenticated, Busy)) as error:
            await house.sign_in(f"guess{index}@example.org")
        refused.append(error.type)
    assert refused[:30] == [Unauthenticated] * 30
    assert Busy in refused[30:]


async def test_who_belongs_to_several_chooses(house: House, first: FirstPerson) -> None:
    await house.member(email=EMAIL)
    elsewhere = await house.organization()
    await house.member(Role.ORG_ADMIN, elsewhere, EMAIL)
    asked = await house.sign_in(EMAIL)
    assert asked.opened is None
    assert {each.id for each in asked.organizations} == {LOCAL_ORGANIZATION, elsewhere}
    there = await house.enter(EMAIL, organization=elsewhere)
    assert (there.organization_id, there.role) == (elsewhere, Role.ORG_ADMIN)
    with pytest.raises(NotFound):
        await house.sign_in(EMAIL, organization=new_id())


async def test_an_organization_is_found_by_domain_and_tells_nothing_of_accounts(
    house: House, first: FirstPerson
) -> None:
    boss = await house.member(Role.SUPER_ADMIN, INSTALLATION)
    given = {"organization": LOCAL_ORGANIZATION, "domains": ["Example.org", "example.net"]}
    changed = await house.call(boss, "organizations.update", given)
    assert changed.domains == ["example.net", "example.org"]
    answers = [
        await house.call(NOBODY, "access.find_organization", {"email": email})
        for email in ("a@example.org", "nobody@example.org", "a@elsewhere.example")
    ]
    assert answers[0] == answers[1]
    assert answers[0].organization.id == LOCAL_ORGANIZATION
    assert answers[2].organization is None


async def test_nobody_gets_the_answer_of_somebody_elses_call(
    house: House, first: FirstPerson
) -> None:
    """All who are not signed in are one caller; an idempotency key of theirs means nothing."""
    await house.member(email=EMAIL)
    await house.member(Role.VIEWER, await house.organization(), EMAIL)
    given = {"email": EMAIL, "password": PASSWORD}
    chosen = await house.call(NOBODY, "access.sign_in", given, idempotency_key="1")
    assert len(chosen.organizations) == 2
    wrong = {**given, "password": "a wrong password"}
    with pytest.raises(Unauthenticated):
        await house.call(NOBODY, "access.sign_in", wrong, idempotency_key="1")


async def test_signing_out_ends_the_session(house: House, first: FirstPerson) -> None:
    await house.member(email=EMAIL)
    opened = (await house.sign_in(EMAIL)).opened
    me = await house.who(session=secret(opened.session), changes_something=False)
    out = await house.call(me, "access.sign_out")
    assert secret(out.session) == ""
    with pytest.raises(Unauthenticated):
        await house.who(session=secret(opened.session), changes_something=False)


@pytest.mark.parametrize(
    "given", [{}, {"reason": "because I want to be in", "minutes": 5}, {"link": str(new_id())}]
)
async def test_nobody_starts_a_session_by_themselves(
    house: House, first: FirstPerson, given: dict[str, Any]
) -> None:
    berry = await house.member(Role.ORG_ADMIN)
    recognized = berry.model_copy(update={"credential_id": None})
    for principal, depth in ((NOBODY, 0), (NOBODY, 1), (berry, 0), (berry, 1), (recognized, 0)):
        with pytest.raises(Forbidden):
            await house.call(principal, "access.start_session", given, depth=depth)
        joining = {"invitation": str(new_id())}
        with pytest.raises(Forbidden):
            await house.call(principal, "access.join", joining, depth=depth)


async def test_nobody_may_do_nothing_else(house: House, first: FirstPerson) -> None:
    with pytest.raises(Unauthenticated):
        await house.call(NOBODY, "access.whoami")
    with pytest.raises(Unauthenticated):
        await house.call(NOBODY, "access.list_members")

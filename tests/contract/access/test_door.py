"""Contract: who a door lets in, what it refuses, and that the ledger knows of it."""

import asyncio
import statistics
from typing import Any

import pytest

from morello.identity.bootstrap import FirstPerson
from morello.identity.credentials.recognition import Recognition
from morello.identity.refused.strangers import RECORDED_PER_MINUTE_MAX
from morello.kernel.clock import SystemClock
from morello.kernel.errors import Forbidden, Unauthenticated
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import NOBODY, Origin

from .conftest import PASSWORD, House, refused, secret

pytestmark = pytest.mark.slow

EMAIL = "berry@example.org"


async def test_nothing_shown_is_nobody(house: House, first: FirstPerson) -> None:
    assert await house.who() is NOBODY


async def test_rubbish_is_refused_and_recorded(house: House, first: FirstPerson) -> None:
    assert await refused(house, Unauthenticated, bearer="mor_x") == "0 error.unauthenticated.key"
    unknown = "mor_" + "0" * 43
    assert await refused(house, Unauthenticated, bearer=unknown + "a" * 6)
    assert await refused(house, Unauthenticated, bearer="rubbish")
    assert await refused(house, Unauthenticated, session="rubbish")
    assert await refused(house, Unauthenticated, bearer="x" * 8192)


async def test_a_session_needs_its_token_for_changes(house: House, first: FirstPerson) -> None:
    await house.member(email=EMAIL)
    one, other = (await house.sign_in(EMAIL)).opened, (await house.sign_in(EMAIL)).opened
    cookie = secret(one.session)
    await house.who(session=cookie, csrf=one.csrf)
    await house.who(session=cookie, changes_something=False)
    for wrong in ("", other.csrf, one.csrf[:-1], "é"):
        shown = {"session": cookie, "csrf": wrong}
        assert await refused(house, Forbidden, **shown) == "1 error.forbidden.csrf"
    assert one.csrf not in cookie


async def test_a_cookie_is_no_bearers_token(house: House, first: FirstPerson) -> None:
    await house.member(email=EMAIL)
    opened = (await house.sign_in(EMAIL)).opened
    cookie = secret(opened.session)
    await house.who(session=cookie, csrf=opened.csrf)
    assert await refused(house, Unauthenticated, bearer=cookie)


async def test_a_session_secret_is_always_new(house: House, first: FirstPerson) -> None:
    """Session fixation: what somebody brought along never becomes their session."""
    await house.member(email=EMAIL)
    secrets = {secret((await house.sign_in(EMAIL)).opened.session) for _ in range(3)}
    assert len(secrets) == 3
    assert all(len(each) >= 43 for each in secrets)


async def test_the_organization_named_has_to_be_ones_own(house: House, first: FirstPerson) -> None:
    await house.member(email=EMAIL)
    opened = (await house.sign_in(EMAIL)).opened
    shown = {"session": secret(opened.session), "csrf": opened.csrf}
    await house.who(**shown, organization=str(LOCAL_ORGANIZATION).upper())
    for other in (str(new_id()), str(INSTALLATION), "rubbish"):
        why = await refused(house, Forbidden, **shown, organization=other)
        assert why == "1 error.forbidden.other_organization"


async def test_a_session_ends_when_left_alone_and_at_the_latest(
    house: House, first: FirstPerson
) -> None:
    await house.member(email=EMAIL)
    alone = secret((await house.sign_in(EMAIL)).opened.session)
    house.clock.advance(12 * 3600 - 1)
    await house.who(session=alone, changes_something=False)
    house.clock.advance(12 * 3600)
    why = await refused(house, Unauthenticated, session=alone, changes_something=False)
    assert why == "1 error.unauthenticated.expired"
    used = secret((await house.sign_in(EMAIL)).opened.session)
    for _ in range(27):
        house.clock.advance(6 * 3600)
        await house.who(session=used, changes_something=False)
    house.clock.advance(6 * 3600)
    assert await refused(house, Unauthenticated, session=used, changes_something=False)


async def test_a_password_change_ends_every_other_session_everywhere(
    house: House, first: FirstPerson
) -> None:
    await house.member(email=EMAIL)
    there = await house.organization()
    await house.member(Role.VIEWER, there, EMAIL)
    mine, other, elsewhere = [
        (await house.sign_in(EMAIL, organization=each)).opened
        for each in (LOCAL_ORGANIZATION, LOCAL_ORGANIZATION, there)
    ]
    me = await house.who(session=secret(mine.session), csrf=mine.csrf)
    for each in (other, elsewhere):
        await house.who(session=secret(each.session), csrf=each.csrf)
    given = {"current": PASSWORD, "new": "another long password"}
    await house.call(me, "access.change_password", given)
    await house.who(session=secret(mine.session), csrf=mine.csrf)
    for each in (other, elsewhere):
        with pytest.raises(Unauthenticated):
            await house.who(session=secret(each.session), csrf=each.csrf)
    with pytest.raises(Unauthenticated):
        await house.sign_in(EMAIL, organization=LOCAL_ORGANIZATION)
    shown = await house.call(me, "access.list_sessions")
    assert [each.id for each in shown.sessions] == [mine.id] == [shown.current]


@pytest.mark.parametrize("current", [None, "not the password"])
async def test_a_password_is_changed_by_who_knows_it(
    house: House, first: FirstPerson, current: str | None
) -> None:
    me = await house.member(email=EMAIL)
    given = {"current": current, "new": "another long password"}
    with pytest.raises(Unauthenticated):
        await house.call(me, "access.change_password", given)
    assert (await house.sign_in(EMAIL)).opened


async def test_a_flood_of_rubbish_does_not_fill_the_ledger(
    house: House, first: FirstPerson
) -> None:
    before = len(await house.events(INSTALLATION))
    for index in range(RECORDED_PER_MINUTE_MAX + 20):
        with pytest.raises(Unauthenticated):
            await house.who(bearer=f"rubbish {index}")
    with pytest.raises(Unauthenticated):
        await house.who(origin=Origin(address="192.0.2.99"), bearer="rubbish")
    house.clock.advance(60)
    with pytest.raises(Unauthenticated):
        await house.who(bearer="rubbish")
    events = (await house.events(INSTALLATION))[before:]
    assert len(events) == RECORDED_PER_MINUTE_MAX + 2
    assert events[-1].result["not_recorded_before"] == 20


async def test_a_known_caller_costs_little(house: House, first: FirstPerson) -> None:
    me = await house.member(Role.DATA_SCIENTIST)
    key = secret((await house.call(me, "access.create_key", {"name": "k"})).secret)
    await house.who(bearer=key)
    clock, times = SystemClock(), []
    for _ in range(20):
        began = clock.monotonic()
        for _ in range(50):
            await house.who(bearer=key, organization=str(LOCAL_ORGANIZATION))
        times.append((clock.monotonic() - began) / 50)
    assert min(times) < 100e-6, f"{min(times) * 1e6:.0f} µs"


async def test_many_at_once_ask_the_database_once(
    house: House, first: FirstPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = await house.member()
    key = secret((await house.call(me, "access.create_key", {"name": "k"})).secret)
    asked = 0
    find = house.identity.authenticator._callers.find

    async def counted(*given: Any) -> Any:
        nonlocal asked
        asked += 1
        return await find(*given)

    monkeypatch.setattr(house.identity.authenticator._callers, "find", counted)
    await asyncio.gather(*(house.who(bearer=key) for _ in range(50)))
    assert asked == 1


@pytest.mark.slow
async def test_an_unknown_address_takes_as_long_as_a_wrong_password(
    house: House, first: FirstPerson
) -> None:
    emails = [f"{new_id().hex}@example.org" for _ in range(6)]
    for email in emails:
        await house.member(email=email)
    clock = SystemClock()
    times: dict[bool, list[float]] = {True: [], False: []}
    for round_ in range(4):
        for index, email in enumerate(emails):
            for known in (True, False):
                origin = Origin(address=f"192.0.2.{index}.{round_}.{known}")
                name = email if known else f"x{email}"
                began = clock.monotonic()
                with pytest.raises(Unauthenticated):
                    await house.pipeline.runner.parts[Recognition].recognize(  # type: ignore[attr-defined] # by its type
                        name, "a wrong password", origin
                    )
                times[known].append(clock.monotonic() - began)
        house.clock.advance(3600)
    known_s, unknown_s = (statistics.median(times[each]) for each in (True, False))
    assert 0.7 < known_s / unknown_s < 1.4, (known_s, unknown_s)

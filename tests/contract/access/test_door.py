"""Contract: who a door lets in, what it refuses, and that the ledger knows of it."""

import asyncio
import base64
import json
import statistics
from typing import Any

import psycopg
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from morello.identity.bootstrap import FirstPerson
from morello.identity.credentials.recognition import Recognition
from morello.identity.refusals import RECORDED_PER_MINUTE_MAX
from morello.kernel.clock import SystemClock
from morello.kernel.errors import Forbidden, MorelloError, Unauthenticated
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import NOBODY, Kind, Origin

from .conftest import PASSWORD, House, secret

pytestmark = pytest.mark.slow

EMAIL = "berry@example.org"


async def refused(house: House, error: type[MorelloError], **shown: Any) -> str:
    """Show something that is refused; return why, having checked that it is recorded."""
    organizations = (INSTALLATION, LOCAL_ORGANIZATION)
    before = {each: len(await house.events(each)) for each in organizations}
    with pytest.raises(error) as caught:
        await house.who(**shown)
    new = [e for each in organizations for e in (await house.events(each))[before[each] :]]
    (event,) = new
    assert event.kind == "credential.refused"
    assert event.result["error"] == caught.value.message.id
    assert {"address", "user_agent"} <= set(event.personal)
    for each in shown.values():
        assert str(each) not in event.model_dump_json() or not each or len(str(each)) < 20
    return f"{event.who['organization'][-1]} {caught.value.message.id}"


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


async def test_a_removed_member_is_out_at_once(house: House, first: FirstPerson) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    berry = await house.member(Role.DATA_SCIENTIST, email=EMAIL)
    key = secret((await house.call(berry, "access.create_key", {"name": "k"})).secret)
    opened = (await house.sign_in(EMAIL)).opened
    shown: tuple[dict[str, Any], ...] = (
        {"bearer": key},
        {"session": secret(opened.session), "changes_something": False},
    )
    for each in shown:
        await house.who(**each)
    await house.call(boss, "access.remove_member", {"member": berry.subject_id})
    for each in shown:
        with pytest.raises(Unauthenticated):
            await house.who(**each)
    with pytest.raises(Unauthenticated):
        await house.sign_in(EMAIL)


async def test_another_role_holds_at_once(house: House, first: FirstPerson) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    berry = await house.member(Role.DATA_SCIENTIST, email=EMAIL)
    key = secret((await house.call(berry, "access.create_key", {"name": "k"})).secret)
    assert (await house.who(bearer=key)).role is Role.DATA_SCIENTIST
    given = {"member": berry.subject_id, "role": Role.GUEST}
    await house.call(boss, "access.change_role", given)
    assert (await house.who(bearer=key)).role is Role.GUEST


async def test_a_suspended_organization_lets_nobody_in(house: House, first: FirstPerson) -> None:
    root = await house.member(Role.SUPER_ADMIN, INSTALLATION)
    await house.member(email=EMAIL)
    opened = (await house.sign_in(EMAIL)).opened
    shown: dict[str, Any] = {"session": secret(opened.session), "changes_something": False}
    await house.who(**shown)
    which = {"organization": LOCAL_ORGANIZATION}
    assert (await house.call(root, "organizations.suspend", which)).suspended_at
    assert await refused(house, Forbidden, **shown) == "1 error.forbidden.suspended"
    with pytest.raises(Forbidden):
        await house.sign_in(EMAIL)
    await house.call(root, "organizations.restore", which)
    await house.who(**shown)
    assert (await house.sign_in(EMAIL)).opened


async def test_a_change_elsewhere_is_believed_after_two_seconds_or_a_notice(
    house: House, first: FirstPerson
) -> None:
    """What another process changed: nobody here was told."""
    berry = await house.member(email=EMAIL)
    opened = (await house.sign_in(EMAIL)).opened
    shown: dict[str, Any] = {"session": secret(opened.session), "changes_something": False}
    await house.who(**shown)
    async with house.database.transaction(berry.organization_id) as connection:
        await connection.execute("delete from session")
    await house.who(**shown)
    house.clock.advance(2)
    with pytest.raises(Unauthenticated):
        await house.who(**shown)


async def test_notices_tell_other_processes(
    house: House, first: FirstPerson, database_urls: Any
) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    berry = await house.member(Role.DATA_SCIENTIST, email=EMAIL)
    made = await house.call(berry, "access.create_key", {"name": "k"})
    listener = await psycopg.AsyncConnection.connect(database_urls.app, autocommit=True)
    await listener.execute("listen morello_identity")

    async def heard() -> int:
        return len([each async for each in listener.notifies(timeout=0.2)])

    house.clock.advance(120)
    await house.who(bearer=secret(made.secret))  # notes that it is used, which changes nothing
    await house.sign_in(EMAIL)
    assert await heard() == 0
    await house.call(berry, "access.rotate_key", {"key": made.key.id})
    assert await heard() == 1
    await house.call(berry, "access.revoke_key", {"key": made.key.id})
    assert await heard() == 1
    given = {"member": berry.subject_id, "role": Role.GUEST}
    await house.call(boss, "access.change_role", given)
    assert await heard() == 1
    await house.call(boss, "access.remove_member", {"member": berry.subject_id})
    assert await heard() == 1
    await listener.close()


async def test_a_signed_token_stands_for_its_session(house: House, first: FirstPerson) -> None:
    me = await house.member(Role.DATA_SCIENTIST)
    given = {"minutes": 5, "scopes": ["data.*"]}
    made = await house.call(me, "access.create_token", given)
    token = secret(made.token)
    found = await house.who(bearer=token)
    assert (found.subject_id, found.role, found.kind) == (me.subject_id, me.role, Kind.PERSON)
    assert found.scopes == frozenset({"data.*"})
    assert found.credential_id == me.credential_id
    house.clock.advance(299)
    await house.who(bearer=token)
    house.clock.advance(1)
    assert await refused(house, Unauthenticated, bearer=token)


async def test_a_signed_token_ends_with_its_session(house: House, first: FirstPerson) -> None:
    me = await house.member()
    token = secret((await house.call(me, "access.create_token", {})).token)
    await house.who(bearer=token)
    await house.call(me, "access.sign_out")
    with pytest.raises(Unauthenticated):
        await house.who(bearer=token)


async def test_a_token_cannot_be_made_wider(house: House, first: FirstPerson) -> None:
    me = await house.member(Role.DATA_SCIENTIST)
    given = {"name": "k", "scopes": ["data.*", "access.create_token"]}
    key = await house.call(me, "access.create_key", given)
    by_key = await house.who(bearer=secret(key.secret))
    with pytest.raises(Forbidden):
        await house.call(by_key, "access.create_token", {"scopes": ["*"]})
    made = await house.call(by_key, "access.create_token", {"scopes": ["data.query"]})
    narrow = await house.who(bearer=secret(made.token))
    assert narrow.kind is Kind.KEY
    assert narrow.scopes == frozenset({"data.query"})


async def test_forged_tokens_are_refused(house: House, first: FirstPerson) -> None:
    me = await house.member()
    token = secret((await house.call(me, "access.create_token", {})).token)
    header, claims, signature = token.split(".")
    stated = json.loads(base64.urlsafe_b64decode(claims + "=="))
    elevated = {**stated, "role": "org_admin", "scopes": ["*"]}
    public = house.keys.signing_key("token").public_key().public_bytes_raw()
    kid = json.loads(base64.urlsafe_b64decode(header + "=="))["kid"]
    stranger = OKPKey.generate_key("Ed25519")
    passport = house.identity.passports.sign(me, "job", 60)
    head = {"alg": "HS256", "kid": kid}
    forged = [
        f"{encoded({'alg': 'none', 'kid': kid})}.{encoded(elevated)}.",
        f"{encoded({'alg': 'None', 'kid': kid})}.{encoded(elevated)}.{signature}",
        jwt.encode(head, elevated, OctKey.import_key(public), algorithms=["HS256"]),
        jwt.encode({"alg": "Ed25519", "kid": kid}, elevated, stranger, algorithms=["Ed25519"]),
        f"{header}.{encoded(elevated)}.{signature}",
        f"{header}.{claims}.",
        f"{header}.{claims}",
        f"{header}.{claims}.{signature}.x",
        f"{claims}.{header}.{signature}",
        passport,
    ]
    for each in forged:
        assert await refused(house, Unauthenticated, bearer=each) == (
            "0 error.unauthenticated.token"
        )
    for changes in ({"aud": "other"}, {"iss": "other"}, {"nbf": stated["nbf"] + 60}, {"exp": "x"}):
        ours = OKPKey.import_key(house.keys.signing_key("token"))
        head = {"alg": "Ed25519", "kid": kid}
        wrong = jwt.encode(head, {**stated, **changes}, ours, algorithms=["Ed25519"])
        assert await refused(house, Unauthenticated, bearer=wrong)
    await house.who(bearer=token)


def encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_breaking_the_glass_is_timed_and_read_by_the_organization(
    house: House, first: FirstPerson
) -> None:
    root = await house.member(Role.SUPER_ADMIN, INSTALLATION)
    reason = "The last administrator lost the password."
    given = {"organization": LOCAL_ORGANIZATION, "reason": reason, "minutes": 15}
    opened = await house.call(root, "access.break_glass", given)
    shown = {"session": secret(opened.session), "csrf": opened.csrf}
    there = await house.who(**shown)
    assert (there.organization_id, there.role) == (LOCAL_ORGANIZATION, Role.ORG_ADMIN)
    theirs = await house.events(LOCAL_ORGANIZATION)
    (call,) = [e for e in theirs if e.what.get("tool") == "access.start_session"]
    assert call.what["input"]["reason"] == reason
    assert call.who["subject"] == str(root.subject_id)
    ours = await house.events(INSTALLATION)
    (fact,) = [e for e in ours if e.kind == "glass.broken"]
    assert fact.what["reason"] == reason
    with pytest.raises(Forbidden):  # nothing that outlasts it
        await house.call(there, "access.create_key", {"name": "k"})
    with pytest.raises(Forbidden):
        await house.call(there, "access.change_password", {"current": PASSWORD, "new": "n" * 20})
    listed = await house.call(there, "access.list_sessions", {"everybody": True})
    assert [each.reason for each in listed.sessions] == [reason]
    house.clock.advance(15 * 60)
    assert await refused(house, Unauthenticated, **shown)


async def test_the_glass_mends_when_a_super_admin_goes(house: House, first: FirstPerson) -> None:
    root, other = [await house.member(Role.SUPER_ADMIN, INSTALLATION) for _ in range(2)]
    given = {"organization": LOCAL_ORGANIZATION, "reason": "To look at a broken import."}
    opened = await house.call(root, "access.break_glass", given)
    shown = {"session": secret(opened.session), "csrf": opened.csrf}
    await house.who(**shown)
    await house.call(other, "access.remove_member", {"member": root.subject_id})
    with pytest.raises(Unauthenticated):
        await house.who(**shown)


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

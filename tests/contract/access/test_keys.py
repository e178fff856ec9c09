"""Contract: API keys, from their making to their end."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morello.identity.bootstrap import FirstPerson
from morello.identity.credentials.api_keys import check_not_wider
from morello.kernel.errors import Forbidden, InvalidInput, MorelloError, NotFound, Unauthenticated
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role, in_scope
from morello.kernel.principal import LOCAL_PRINCIPAL, Kind

from .conftest import House, secret


async def test_a_key_acts_in_the_name_of_who_made_it(house: House, first: FirstPerson) -> None:
    me = await house.member(Role.DATA_SCIENTIST)
    made = await house.call(me, "access.create_key", {"name": "nightly", "scopes": ["data.*"]})
    assert re.fullmatch(r"mor_[0-9A-Za-z]{49}", secret(made.secret))
    assert made.key.prefix == secret(made.secret)[:8]
    found = await house.who(bearer=secret(made.secret), organization=str(LOCAL_ORGANIZATION))
    assert (found.kind, found.subject_id) == (Kind.KEY, me.subject_id)
    assert found.scopes == frozenset({"data.*"})
    assert found.credential_id == made.key.id
    with pytest.raises(Forbidden):  # out of its scopes
        await house.call(found, "access.list_keys")


async def test_its_secret_is_shown_once_and_kept_nowhere(house: House, first: FirstPerson) -> None:
    me = await house.member()
    made = await house.call(me, "access.create_key", {"name": "nightly"})
    listed = await house.call(me, "access.list_keys")
    assert [each.id for each in listed.keys] == [made.key.id]
    shown, whole = listed.model_dump_json(), secret(made.secret)
    assert whole not in shown
    rows = await house.database.fetch(LOCAL_ORGANIZATION, "select * from api_key")
    assert whole not in str(rows)
    events = await house.events(LOCAL_ORGANIZATION)
    assert not any(whole in each.model_dump_json() for each in events)
    (fact,) = [each for each in events if each.kind == "key.created"]
    assert fact.what["name"] == "nightly"


async def test_it_ends_when_it_should(house: House, first: FirstPerson) -> None:
    me = await house.member()
    made = await house.call(me, "access.create_key", {"name": "k", "days": 1})
    house.clock.advance(86_399)
    await house.who(bearer=secret(made.secret))
    house.clock.advance(1)
    with pytest.raises(Unauthenticated):
        await house.who(bearer=secret(made.secret))


async def test_two_secrets_work_in_the_time_of_grace(house: House, first: FirstPerson) -> None:
    me = await house.member()
    made = await house.call(me, "access.create_key", {"name": "k"})
    which = {"key": made.key.id, "grace_hours": 1}
    rotated = await house.call(me, "access.rotate_key", which)
    old, new = secret(made.secret), secret(rotated.secret)
    assert old != new
    for each in (old, new):
        assert (await house.who(bearer=each)).credential_id == made.key.id
    house.clock.advance(3600)
    await house.who(bearer=new)
    with pytest.raises(Unauthenticated):
        await house.who(bearer=old)
    again = await house.call(me, "access.rotate_key", {"key": made.key.id, "grace_hours": 0})
    with pytest.raises(Unauthenticated):
        await house.who(bearer=new)
    await house.who(bearer=secret(again.secret))


async def test_it_is_revoked_at_once_with_its_old_secret(house: House, first: FirstPerson) -> None:
    me = await house.member()
    made = await house.call(me, "access.create_key", {"name": "k"})
    rotated = await house.call(me, "access.rotate_key", {"key": made.key.id})
    for each in (made, rotated):
        await house.who(bearer=secret(each.secret))  # and so they are known here
    await house.call(me, "access.revoke_key", {"key": made.key.id})
    for each in (made, rotated):
        with pytest.raises(Unauthenticated):
            await house.who(bearer=secret(each.secret))
    with pytest.raises(NotFound):
        await house.call(me, "access.rotate_key", {"key": made.key.id})


async def test_when_it_was_last_used_is_known_to_the_minute(
    house: House, first: FirstPerson
) -> None:
    me = await house.member()
    made = await house.call(me, "access.create_key", {"name": "k"})
    assert made.key.used_at is None
    seen = []
    for _ in range(4):
        await house.who(bearer=secret(made.secret))
        seen.append((await house.call(me, "access.list_keys")).keys[0].used_at)
        house.clock.advance(30)
    assert seen[0] == seen[1] != seen[2] == seen[3]


async def test_others_keys_are_for_who_manages_access(house: House, first: FirstPerson) -> None:
    me, other = await house.member(Role.DATA_SCIENTIST), await house.member(Role.DATA_SCIENTIST)
    boss = await house.member(Role.ORG_ADMIN)
    made = await house.call(me, "access.create_key", {"name": "k"})
    which = {"key": made.key.id}
    assert (await house.call(other, "access.list_keys")).keys == []
    with pytest.raises(Forbidden):
        await house.call(other, "access.list_keys", {"everybody": True})
    for tool in ("access.revoke_key", "access.rotate_key"):
        with pytest.raises(NotFound):
            await house.call(other, tool, which)
    with pytest.raises(NotFound):  # a new secret would be a way to act in my name
        await house.call(boss, "access.rotate_key", which)
    listed = await house.call(boss, "access.list_keys", {"everybody": True})
    assert [each.owner for each in listed.keys] == [me.subject_id]
    await house.call(boss, "access.revoke_key", which)


async def test_a_key_is_never_wider_than_its_maker(house: House, first: FirstPerson) -> None:
    me = await house.member(Role.DATA_SCIENTIST)
    with pytest.raises(Forbidden):
        await house.call(me, "access.create_key", {"name": "k", "role": "org_admin"})
    scopes = ["data.*", "access.create_key", "access.rotate_key"]
    wide = await house.call(me, "access.create_key", {"name": "wide"})
    made = await house.call(
        me, "access.create_key", {"name": "k", "scopes": scopes, "role": "viewer"}
    )
    by_key = await house.who(bearer=secret(made.secret))
    assert by_key.role is Role.VIEWER
    for more in ({"scopes": ["*"]}, {"scopes": ["insights.*"]}, {"role": "data_scientist"}):
        with pytest.raises(Forbidden):
            await house.call(by_key, "access.create_key", {"name": "k", **more})
    with pytest.raises(Forbidden):  # the same person's, but wider
        await house.call(by_key, "access.rotate_key", {"key": wide.key.id})
    inherited = await house.call(by_key, "access.create_key", {"name": "k"})
    assert set(inherited.key.scopes) == set(scopes)


async def test_programs_do_not_do_what_is_for_people(house: House, first: FirstPerson) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    by_key = await house.who(
        bearer=secret((await house.call(boss, "access.create_key", {"name": "k"})).secret)
    )
    for tool, given_ in (
        ("access.create_link", {"member": boss.subject_id}),
        ("access.change_password", {"new": "another long password"}),
    ):
        with pytest.raises(Forbidden):
            await house.call(by_key, tool, given_)
    with pytest.raises(InvalidInput):
        await house.call(by_key, "access.sign_out")
    token = (await house.call(boss, "access.create_token", {"scopes": ["access.*"]})).token
    narrow = await house.who(bearer=secret(token))
    with pytest.raises(Forbidden):  # a link would be a session with every scope
        await house.call(narrow, "access.create_link", {"member": boss.subject_id})


async def test_a_super_admins_key_breaks_no_glass(house: House, first: FirstPerson) -> None:
    root = await house.member(Role.SUPER_ADMIN, INSTALLATION)
    made = await house.call(root, "access.create_key", {"name": "k"})
    by_key = await house.who(bearer=secret(made.secret))
    given_ = {"organization": LOCAL_ORGANIZATION, "reason": "To look at a broken import."}
    with pytest.raises(Forbidden):
        await house.call(by_key, "access.break_glass", given_)


async def test_nobodys_key_is_not_found(house: House, first: FirstPerson) -> None:
    me = await house.member()
    with pytest.raises(NotFound):
        await house.call(me, "access.revoke_key", {"key": new_id()})


_NAMES = st.sampled_from(["data", "access", "insights"])
_SCOPES = st.one_of(
    st.just("*"),
    st.builds(lambda room: f"{room}.*", _NAMES),
    st.builds(lambda room, verb: f"{room}.{verb}", _NAMES, st.sampled_from(["list", "query"])),
)
_TOOLS = [f"{room}.{verb}" for room in ("data", "access", "x") for verb in ("list", "query", "y")]


@given(st.sets(_SCOPES, max_size=4), st.sets(_SCOPES, max_size=4))
@settings(max_examples=300)
def test_what_passes_as_narrower_lets_in_nothing_more(own: set[str], asked: set[str]) -> None:
    maker = LOCAL_PRINCIPAL.model_copy(update={"scopes": frozenset(own)})
    try:
        check_not_wider(maker, Role.GUEST, asked)
    except MorelloError:
        assert asked - own
        return
    for tool in _TOOLS:
        assert in_scope(tool, own) or not in_scope(tool, asked)

"""Contract: a broken glass is timed, and seen by who lives behind it."""

import pytest

from morello.identity.bootstrap import FirstPerson
from morello.kernel.errors import Forbidden, Unauthenticated
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION
from morello.kernel.permission import Role

from .conftest import PASSWORD, House, refused, secret

pytestmark = pytest.mark.slow


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

"""Contract: members, roles and groups of an organization; and the organizations themselves."""

import asyncio

import pytest

from morello.identity.bootstrap import FirstPerson
from morello.kernel.errors import Conflict, Forbidden, NotFound, Unauthenticated
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Effect

from .conftest import House, secret, system

pytestmark = pytest.mark.slow


async def test_members_are_listed_in_pages(house: House, first: FirstPerson) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    people = {boss.subject_id, first.account_id}
    people |= {(await house.member()).subject_id for _ in range(3)}
    seen, after = [], None
    for _ in range(9):
        given = {"after": after, "limit": 2}
        page = await house.call(boss, "access.list_members", given)
        seen += [each.id for each in page.members]
        after = page.next_after
        if after is None:
            break
    assert sorted(seen) == seen
    assert set(seen) == people


async def test_nobody_gives_a_role_above_their_own(house: House, first: FirstPerson) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    berry = await house.member()
    for role in (Role.SUPER_ADMIN,):
        with pytest.raises(Forbidden):
            await house.call(boss, "access.invite", {"email": "a@example.org", "role": role})
        given = {"member": berry.subject_id, "role": role}
        with pytest.raises(Forbidden):
            await house.call(boss, "access.change_role", given)
    root = await house.member(Role.SUPER_ADMIN, INSTALLATION)
    with pytest.raises(Forbidden):  # the installation has super admins alone
        await house.call(root, "access.invite", {"email": "a@example.org", "role": "viewer"})


async def test_somebody_always_heads_an_organization(house: House, first: FirstPerson) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    demote = {"member": first.account_id, "role": Role.VIEWER}
    await house.call(boss, "access.change_role", demote)
    mine = {"member": boss.subject_id}
    for tool, given in (
        ("access.change_role", {**mine, "role": Role.VIEWER}),
        ("access.remove_member", mine),
    ):
        with pytest.raises(Forbidden) as refused:
            await house.call(boss, tool, given)
        assert refused.value.message.id == "error.forbidden.last_admin"
    await house.call(boss, "access.change_role", {**mine, "role": Role.ORG_ADMIN})


async def test_two_who_leave_at_once_are_not_both_let_go(house: House, first: FirstPerson) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    root = system(LOCAL_ORGANIZATION)
    leaving = [
        house.call(root, "access.remove_member", {"member": each})
        for each in (boss.subject_id, first.account_id)
    ]
    answers = await asyncio.gather(*leaving, return_exceptions=True)
    assert sorted(isinstance(each, Forbidden) for each in answers) == [False, True]


async def test_who_is_a_member_of_nothing_leaves_nothing_behind(
    house: House, first: FirstPerson
) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    alone, elsewhere = "alone@example.org", "elsewhere@example.org"
    one, two = [await house.member(email=each) for each in (alone, elsewhere)]
    there = await house.organization()
    await house.member(Role.VIEWER, there, elsewhere)
    for each in (one, two):
        await house.call(boss, "access.remove_member", {"member": each.subject_id})
    assert not (await house.enter(elsewhere)).scopes
    again = await house.member(email=alone)  # a new account: the old one is gone
    assert again.subject_id != one.subject_id
    with pytest.raises(NotFound):
        await house.call(boss, "access.remove_member", {"member": one.subject_id})


async def test_what_needs_approval_is_a_members_own(house: House, first: FirstPerson) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    berry = await house.member(Role.DATA_SCIENTIST, email="berry@example.org")
    given = {
        "member": berry.subject_id,
        "role": Role.DATA_SCIENTIST,
        "approval_for": [Effect.DESTROYS, Effect.WRITES],
    }
    changed = await house.call(boss, "access.change_role", given)
    assert set(changed.approval_for) == {Effect.DESTROYS, Effect.WRITES}
    me = await house.enter("berry@example.org")  # which takes nobody's approval
    assert me.approval_for == {Effect.DESTROYS, Effect.WRITES}
    given = {"member": berry.subject_id, "role": Role.VIEWER}
    changed = await house.call(boss, "access.change_role", given)
    assert set(changed.approval_for) == {Effect.DESTROYS, Effect.WRITES}


async def test_groups_come_and_go(house: House, first: FirstPerson) -> None:
    boss, berry = await house.member(Role.ORG_ADMIN), await house.member()
    group = await house.call(boss, "access.create_group", {"name": "Orchard"})
    with pytest.raises(Conflict):
        await house.call(boss, "access.create_group", {"name": "Orchard"})
    given = {"group": group.id, "add": [berry.subject_id, boss.subject_id], "name": "Garden"}
    changed = await house.call(boss, "access.change_group", given)
    assert changed.name == "Garden"
    assert set(changed.members) == {berry.subject_id, boss.subject_id}
    await house.call(boss, "access.change_group", given)  # the same again changes nothing
    wrong = {"group": group.id, "add": [new_id()], "remove": [boss.subject_id]}
    with pytest.raises(NotFound):
        await house.call(boss, "access.change_group", wrong)
    given = {"group": group.id, "remove": [boss.subject_id]}
    assert (await house.call(boss, "access.change_group", given)).members == [berry.subject_id]
    await house.call(boss, "access.remove_member", {"member": berry.subject_id})
    (listed,) = (await house.call(boss, "access.list_groups")).groups
    assert listed.members == []
    await house.call(boss, "access.delete_group", {"group": group.id})
    assert (await house.call(boss, "access.list_groups")).groups == []
    with pytest.raises(NotFound):
        await house.call(boss, "access.delete_group", {"group": group.id})


async def test_sessions_are_ended_from_afar(house: House, first: FirstPerson) -> None:
    boss, berry = await house.member(Role.ORG_ADMIN), await house.member(email="b@example.org")
    opened = (await house.sign_in("b@example.org")).opened
    shown = {"session": secret(opened.session), "csrf": opened.csrf}
    await house.who(**shown)
    mine = await house.call(berry, "access.list_sessions")
    assert {each.id for each in mine.sessions} == {opened.id, berry.credential_id}
    assert mine.sessions[0].user_agent == "Firefox on a desk"
    assert mine.sessions[0].address == "192.0.2.7"
    with pytest.raises(Forbidden):
        await house.call(berry, "access.list_sessions", {"member": boss.subject_id})
    with pytest.raises(NotFound):
        await house.call(berry, "access.end_session", {"session": boss.credential_id})
    theirs = await house.call(boss, "access.list_sessions", {"member": berry.subject_id})
    assert {each.id for each in theirs.sessions} == {each.id for each in mine.sessions}
    await house.call(boss, "access.end_session", {"session": opened.id})
    with pytest.raises(Unauthenticated):
        await house.who(**shown)
    with pytest.raises(NotFound):
        await house.call(berry, "access.end_session", {"session": opened.id})


async def test_a_new_organization_has_a_ledger_and_an_invitation(
    house: House, first: FirstPerson
) -> None:
    root = await house.member(Role.SUPER_ADMIN, INSTALLATION)
    given = {"name": "Orchard", "slug": "orchard", "admin": "head@example.org"}
    made = await house.call(root, "organizations.create", given)
    organization_id = made.organization.id
    kinds = [each.kind for each in await house.events(organization_id)]
    assert kinds == ["member.invited", "call.succeeded"]
    with pytest.raises(Conflict):
        await house.call(root, "organizations.create", given)
    listed = await house.call(root, "organizations.list")
    assert [each.slug for each in listed.organizations] == ["installation", "first", "orchard"]
    which = {"organization": organization_id}
    changed = {"name": "Garden", "region": "eu", "domains": ["garden.example.org"]}
    updated = await house.call(root, "organizations.update", {**which, **changed})
    assert (updated.name, updated.region, updated.domains) == tuple(changed.values())
    anywhere = await house.call(root, "organizations.update", {**which, "region": ""})
    assert (anywhere.name, anywhere.region) == ("Garden", None)
    taken = {"organization": LOCAL_ORGANIZATION, "domains": ["garden.example.org"]}
    with pytest.raises(Conflict):
        await house.call(root, "organizations.update", taken)
    with pytest.raises(NotFound):
        await house.call(root, "organizations.suspend", {"organization": new_id()})
    with pytest.raises(Conflict):
        await house.call(root, "organizations.suspend", {"organization": INSTALLATION})

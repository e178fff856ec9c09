"""Contract: every role at every tool of access, and nothing of another organization."""

import json
import uuid
from typing import Any

import pytest
from psycopg.errors import InsufficientPrivilege

from morello.identity.bootstrap import FirstPerson
from morello.kernel.errors import MorelloError
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Principal
from morello.kernel.registry import Registry
from morello.pipeline.providers.folder import FolderTools

from .conftest import House, secret

EVERYBODY = {Role.SUPER_ADMIN, Role.ORG_ADMIN, Role.DATA_SCIENTIST, Role.VIEWER, Role.GUEST}
MANAGERS = {Role.SUPER_ADMIN, Role.ORG_ADMIN}
INSTALLERS = {Role.SUPER_ADMIN}
MAY = {
    "access.accept_invitation": EVERYBODY,
    "access.break_glass": INSTALLERS,
    "access.change_group": MANAGERS,
    "access.change_password": EVERYBODY,
    "access.change_role": MANAGERS,
    "access.create_group": MANAGERS,
    "access.create_key": EVERYBODY,
    "access.create_link": MANAGERS,
    "access.create_token": EVERYBODY,
    "access.delete_group": MANAGERS,
    "access.end_session": EVERYBODY,
    "access.find_organization": EVERYBODY,
    "access.invite": MANAGERS,
    "access.join": set(),
    "access.list_groups": MANAGERS,
    "access.list_invitations": MANAGERS,
    "access.list_keys": EVERYBODY,
    "access.list_members": MANAGERS,
    "access.list_sessions": EVERYBODY,
    "access.redeem_link": EVERYBODY,
    "access.remove_member": MANAGERS,
    "access.revoke_key": EVERYBODY,
    "access.rotate_key": EVERYBODY,
    "access.sign_in": EVERYBODY,
    "access.sign_out": EVERYBODY,
    "access.start_session": set(),
    "access.whoami": EVERYBODY,
    "access.withdraw_invitation": MANAGERS,
    "organizations.create": INSTALLERS,
    "organizations.limit": INSTALLERS,
    "organizations.list": INSTALLERS,
    "organizations.restore": INSTALLERS,
    "organizations.suspend": INSTALLERS,
    "organizations.update": INSTALLERS,
}
"""Who passes the corridor's gate; what is somebody's own is looked at behind it."""

pytestmark = pytest.mark.slow

REGISTRY = Registry([FolderTools()])
OURS = ("access.", "organizations.")
APPROVALS = {"access.decide_approval", "access.list_approvals"}


def names() -> set[str]:
    listed = REGISTRY.listed(LOCAL_ORGANIZATION)
    return {each.name for each in listed if each.name.startswith(OURS)} - APPROVALS


def test_the_table_names_every_tool() -> None:
    assert names() == set(MAY)


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_is_let_in_where_it_should(
    house: House, first: FirstPerson, role: Role
) -> None:
    where = INSTALLATION if role is Role.SUPER_ADMIN else LOCAL_ORGANIZATION
    me = await house.member(role, where, "me@example.org")
    for name, may in MAY.items():
        example = REGISTRY.find(name, where).example
        answer = await _answer(house, me, name, example)
        is_at_the_gate = answer in {"error.forbidden.role", "error.forbidden.inside"}
        assert is_at_the_gate is (role not in may), (name, answer)


async def _answer(house: House, me: Principal, name: str, given: dict[str, Any]) -> str:
    """Say how a call went: by the error's id, which is never one of ours."""
    try:
        await house.call(me, name, given)
    except MorelloError as error:
        problem = error
    else:
        return ""
    assert problem.status < 500, (name, problem)
    return problem.message.id


async def test_another_organization_is_not_there(house: House, first: FirstPerson) -> None:
    """Somebody who heads one organization, and every id of the other."""
    theirs = await house.organization()
    boss = await house.member(Role.ORG_ADMIN, theirs)
    ids = await _everything(house)
    me = await house.member(Role.ORG_ADMIN, LOCAL_ORGANIZATION)
    for name in sorted(MAY):
        tool = REGISTRY.find(name, theirs)
        given = {**tool.example, **{k: v for k, v in ids.items() if k in tool.input.model_fields}}
        seen = ""
        try:
            output = await house.call(boss, name, given)
            seen = output.model_dump_json() if name != "access.break_glass" else "broken"
        except MorelloError as error:
            seen = error.message.model_dump_json()
            said = json.dumps(given, default=str)
            seen = "".join(part for part in seen.split('"') if part not in said)
        assert "canary" not in seen, name
        assert str(LOCAL_ORGANIZATION) not in seen, name
    after = await _everything(house, me=me)
    assert {key: after[key] for key in ("group", "key", "invitation")} == {
        key: ids[key] for key in ("group", "key", "invitation")
    }


async def _everything(house: House, me: Any = None) -> dict[str, Any]:
    """Ids of one of each thing in the first organization, made the first time."""
    if me is None:
        me = await house.member(Role.ORG_ADMIN, LOCAL_ORGANIZATION, "canary@example.org")
        await house.call(me, "access.create_group", {"name": "canary"})
        await house.call(me, "access.create_key", {"name": "canary"})
        await house.call(me, "access.invite", {"email": "canary2@example.org"})
    groups = (await house.call(me, "access.list_groups")).groups
    keys = (await house.call(me, "access.list_keys", {"everybody": True})).keys
    invitations = (await house.call(me, "access.list_invitations")).invitations
    return {
        "group": groups[0].id,
        "key": keys[0].id,
        "invitation": invitations[0].id,
        "session": me.credential_id,
        "member": me.subject_id,
        "organization": LOCAL_ORGANIZATION,
    }


TABLES = (
    *("account", "membership", "person_group", "group_member", "session", "api_key"),
    *("one_time_link", "invitation", "organization_domain", "attempt", "organization"),
)


@pytest.mark.parametrize("table", TABLES)
async def test_the_database_shows_nothing_of_another_organization(
    house: House, first: FirstPerson, table: str
) -> None:
    await _everything(house)
    columns = "id, email" if table == "account" else "*"
    for where in (new_id(), uuid.UUID(int=0)):
        query = f"select {columns} from {table}"  # noqa: S608 - of the list above
        assert await house.database.fetch(where, query) == []


async def test_the_app_reads_no_password_and_finds_nobody_without_a_value(
    house: House, first: FirstPerson
) -> None:
    me = await house.member(Role.DATA_SCIENTIST)
    with pytest.raises(InsufficientPrivilege):
        await house.database.fetch(LOCAL_ORGANIZATION, "select password_hash from account")
    for kind in ("session", "key", "link", "invitation", "email", "domain"):
        for value in ("", "%", str(me.subject_id)):
            query = "select * from find_caller(%s, %s)"
            assert await house.database.fetch(LOCAL_ORGANIZATION, query, (kind, value)) == []


async def test_what_names_people_is_not_in_the_plain_ledger(
    house: House, first: FirstPerson
) -> None:
    me = await house.member(Role.ORG_ADMIN, email="canary@example.org")
    invited = await house.call(me, "access.invite", {"email": "canary2@example.org"})
    which = {"invitation": invited.invitation.id}
    await house.call(me, "access.withdraw_invitation", which)
    for organization_id in (LOCAL_ORGANIZATION, INSTALLATION):
        for event in await house.events(organization_id):
            text = event.model_dump_json()
            assert "canary" not in text
            assert "Berry" not in text
            assert secret(invited.link) not in text


async def test_an_account_is_seen_and_changed_from_its_own_organizations_alone(
    house: House, first: FirstPerson
) -> None:
    berry = await house.member(email="berry@example.org")
    there = await house.organization()
    other = await house.member(Role.ORG_ADMIN, there)
    seen = await house.database.fetch(there, "select id from account")
    assert [each["id"] for each in seen] == [other.subject_id]
    async with house.database.transaction(there, alone=True) as connection:
        changed = await connection.execute("update account set password_hash = null, epoch = 9")
        assert changed.rowcount == 1
        gone = await connection.execute("delete from account where id = %s", (berry.subject_id,))
        assert gone.rowcount == 0
    assert (await house.enter("berry@example.org")).subject_id == berry.subject_id


@pytest.mark.parametrize("table", ["membership", "session", "organization", "organization_domain"])
async def test_nothing_is_written_into_another_organization(
    house: House, first: FirstPerson, table: str
) -> None:
    there, me = await house.organization(), await house.member()
    organization = "slug, created_at) values (%s, 'x', 'x', now())"
    statements = {
        "membership": "insert into membership (organization_id, id, account_id, role, created_at)"
        " values (%s, %s, %s, 'org_admin', now())",
        "session": "insert into session (organization_id, id, account_id, digest, epoch, address,"
        " user_agent, created_at, used_at, expires_at)"
        " values (%s, %s, %s, 'x', 0, '', '', now(), now(), now())",
        "organization": f"insert into organization (id, name, {organization}",
        "organization_domain": "insert into organization_domain (organization_id, id, domain,"
        " verified_at) values (%s, %s, 'x.example', now())",
    }
    given = (there, new_id(), me.subject_id)[: statements[table].count("%s")]
    with pytest.raises(InsufficientPrivilege):
        async with house.database.transaction(LOCAL_ORGANIZATION, alone=True) as connection:
            await connection.execute(statements[table], given)

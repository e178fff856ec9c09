"""Contract: what ends a credential is believed at once, and everywhere soon."""

from typing import Any

import psycopg
import pytest

from morello.identity.bootstrap import FirstPerson
from morello.kernel.errors import Forbidden, Unauthenticated
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION
from morello.kernel.permission import Role

from .conftest import House, refused, secret

pytestmark = pytest.mark.slow

EMAIL = "berry@example.org"


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

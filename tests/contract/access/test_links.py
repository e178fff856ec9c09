"""Contract: one-time links let one person in, once, to one organization."""

import asyncio

import pytest

from morello.identity.bootstrap import FirstPerson
from morello.kernel.errors import (
    Forbidden,
    Unauthenticated,
)
from morello.kernel.permission import Role
from morello.kernel.principal import NOBODY, Principal

from .conftest import House, secret

pytestmark = pytest.mark.slow

EMAIL = "berry@example.org"


async def test_a_link_works_once_and_not_for_long(
    house: House, first: FirstPerson, admin: Principal
) -> None:
    berry = await house.member(email=EMAIL)
    boss = await house.member(Role.ORG_ADMIN)
    given = {"member": berry.subject_id}
    made = await house.call(boss, "access.create_link", given)
    opened = await house.call(NOBODY, "access.redeem_link", {"link": secret(made.link)})
    assert (await house.who(session=secret(opened.session), csrf=opened.csrf)) != berry
    with pytest.raises(Unauthenticated):
        await house.call(NOBODY, "access.redeem_link", {"link": secret(made.link)})
    late = await house.call(boss, "access.create_link", given)
    house.clock.advance(15 * 60)
    with pytest.raises(Unauthenticated):
        await house.call(NOBODY, "access.redeem_link", {"link": secret(late.link)})
    older = await house.call(boss, "access.create_link", given)
    await house.call(boss, "access.create_link", given)
    with pytest.raises(Unauthenticated):
        await house.call(NOBODY, "access.redeem_link", {"link": secret(older.link)})


async def test_a_replayed_link_opens_one_session_of_many_tries(
    house: House, first: FirstPerson
) -> None:
    token = await house.identity.bootstrap.link(first)
    tries = [house.call(NOBODY, "access.redeem_link", {"link": token}) for _ in range(8)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(each, Exception) for each in answers) == 1


async def test_a_link_that_resets_forgets_password_and_sessions(
    house: House, first: FirstPerson
) -> None:
    berry = await house.member(email=EMAIL)
    boss = await house.member(Role.ORG_ADMIN)
    opened = (await house.sign_in(EMAIL)).opened
    given = {"member": berry.subject_id, "purpose": "reset_password"}
    made = await house.call(boss, "access.create_link", given)
    fresh = await house.call(NOBODY, "access.redeem_link", {"link": secret(made.link)})
    with pytest.raises(Unauthenticated):
        await house.who(session=secret(opened.session), changes_something=False)
    with pytest.raises(Unauthenticated):
        await house.sign_in(EMAIL)
    me = await house.who(session=secret(fresh.session), csrf=fresh.csrf)
    await house.call(me, "access.change_password", {"new": "quite another password"})
    assert (await house.sign_in(EMAIL, "quite another password")).opened


async def test_a_link_may_not_open_another_organization(house: House, first: FirstPerson) -> None:
    """Else an administrator here could take over somebody's account there."""
    berry = await house.member(email=EMAIL)
    await house.member(Role.ORG_ADMIN, await house.organization(), EMAIL)
    boss = await house.member(Role.ORG_ADMIN)
    given = {"member": berry.subject_id, "purpose": "reset_password"}
    with pytest.raises(Forbidden) as refused:
        await house.call(boss, "access.create_link", given)
    assert refused.value.message.id == "error.forbidden.belongs_elsewhere"
    with pytest.raises(Forbidden):  # the first person has no password yet, and heads everything
        await house.call(boss, "access.create_link", {"member": first.account_id})

"""Contract: an invitation takes one person in, and opens no account that is there."""

import pytest

from morello.identity.bootstrap import FirstPerson
from morello.kernel.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    TooLarge,
    Unauthenticated,
)
from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION
from morello.kernel.permission import Role
from morello.kernel.principal import NOBODY

from .conftest import PASSWORD, House, secret

pytestmark = pytest.mark.slow

EMAIL = "berry@example.org"


async def test_an_invitation_is_accepted_once(house: House, first: FirstPerson) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    given = {"email": EMAIL, "role": Role.VIEWER}
    invited = await house.call(boss, "access.invite", given)
    with pytest.raises(Conflict):
        await house.call(boss, "access.invite", given)
    accept = {"link": secret(invited.link), "password": PASSWORD}
    with pytest.raises(InvalidInput):
        await house.call(NOBODY, "access.accept_invitation", accept)
    short = {**accept, "password": "short", "name": "Berry"}
    with pytest.raises(InvalidInput):
        await house.call(NOBODY, "access.accept_invitation", short)
    accept["name"] = "Berry"
    opened = await house.call(NOBODY, "access.accept_invitation", accept)
    berry = await house.who(session=secret(opened.session), changes_something=False)
    assert (berry.role, berry.organization_id) == (Role.VIEWER, LOCAL_ORGANIZATION)
    with pytest.raises(Unauthenticated):
        await house.call(NOBODY, "access.accept_invitation", accept)
    with pytest.raises(Conflict):
        await house.call(boss, "access.invite", given)
    open_ones = await house.call(boss, "access.list_invitations")
    assert open_ones.invitations == []


async def test_an_invitation_ends_by_time_or_when_it_is_withdrawn(
    house: House, first: FirstPerson
) -> None:
    boss = await house.member(Role.ORG_ADMIN)
    given = {"email": EMAIL, "days": 1}
    late = await house.call(boss, "access.invite", given)
    house.clock.advance(86_400)
    accept = {"link": secret(late.link), "password": PASSWORD, "name": "Berry"}
    with pytest.raises(Unauthenticated):
        await house.call(NOBODY, "access.accept_invitation", accept)
    again = await house.call(boss, "access.invite", given)
    which = {"invitation": again.invitation.id}
    await house.call(boss, "access.withdraw_invitation", which)
    accept["link"] = secret(again.link)
    with pytest.raises(Unauthenticated):
        await house.call(NOBODY, "access.accept_invitation", accept)
    with pytest.raises(NotFound):
        await house.call(boss, "access.withdraw_invitation", which)


async def test_an_invitation_does_not_open_an_account_that_is_there(
    house: House, first: FirstPerson
) -> None:
    """Whoever holds the token must still know the account's password."""
    await house.member(email=EMAIL)
    there = await house.organization()
    boss = await house.member(Role.ORG_ADMIN, there)
    invited = await house.call(boss, "access.invite", {"email": EMAIL})
    given = {"link": secret(invited.link), "password": "not the password", "name": "Mallory"}
    with pytest.raises(Unauthenticated):
        await house.call(NOBODY, "access.accept_invitation", given)
    given["password"] = PASSWORD
    opened = await house.call(NOBODY, "access.accept_invitation", given)
    me = await house.who(session=secret(opened.session), changes_something=False)
    assert (me.name, me.organization_id) == ("Berry", there)


async def test_a_full_organization_takes_nobody_in(house: House, first: FirstPerson) -> None:
    boss = await house.member(Role.SUPER_ADMIN, INSTALLATION)
    given = {"organization": LOCAL_ORGANIZATION, "quota": {"members_max": 1}}
    limits = await house.call(boss, "organizations.limit", given)
    assert limits.quota.members_max == 1
    with pytest.raises(TooLarge):
        await house.member()
    kinds = [each.kind for each in await house.events(LOCAL_ORGANIZATION)]
    assert "organization.limited" in kinds

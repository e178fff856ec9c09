"""Every tool, at every door, as every role of two organizations: nobody sees what is not theirs.

Each organization has random words planted wherever words are kept; trials are drawn from the
tools' schemas and turned against the other's ids and names. Everything that comes back, and all
that is written down of it, is searched.
"""

import asyncio
import collections
import os
from typing import Any

import pytest

from morello.kernel.permission import Role

from .canary import leaks, words_in
from .conftest import DOORS, Street
from .doors import Broken
from .house import ROLES

pytestmark = [pytest.mark.asyncio(loop_scope="module")]

TRIES_REDUCED = 2_000
TRIES_IN_FULL = 100_000
PARTS = 20
_AT_ONCE = 6
_ROUND = 240
_TOLD_MAX = 10


async def trials(street: Street, tries: int, seed: int) -> collections.Counter[str]:
    """Make that many trials, several at once; return how many went where. Raises on a leak."""
    tools, found = street.tools, list[str]()
    made: collections.Counter[str] = collections.Counter()
    draws = [(street.draw(seed + n, *pair), pair) for n, pair in enumerate(street.houses())]

    async def attempt(number: int) -> None:
        draw, (here, there) = draws[number % 2]
        trial = draw.trial(tools, (*ROLES, Role.SUPER_ADMIN))
        said = street.hear(trial, here)
        forbidden = street.forbidden(trial, here, there)
        try:
            shown = await street.attempt(trial, here)
        except Broken as error:
            found.append(f"{trial.role} {trial.door} {error}")
            return
        made.update({trial.tool.name: 1, trial.door: 1, trial.role.value: 1})
        leaked = leaks(shown, forbidden, said)
        if leaked:
            found.append(f"{trial.role} {trial.door} {trial.tool.name} {trial.given}: {leaked}")

    for start in range(0, tries, _ROUND):
        numbers = range(start, min(start + _ROUND, tries))
        for first in range(numbers.start, numbers.stop, _AT_ONCE):
            batch = range(first, min(first + _AT_ONCE, numbers.stop))
            await asyncio.gather(*(attempt(number) for number in batch))
        assert not found, "\n".join(found[:_TOLD_MAX])
        for house in (street.one, street.other):
            await house.furnish()
    return made


async def written(street: Street, organization_id: Any) -> str:
    """Everything in an organization's ledger."""
    events, after = list[str](), -1
    while True:
        page = [
            each
            async for each in street.service.foundation.log.follow(organization_id, after=after)
        ]
        if not page:
            return "\n".join(events)
        events += [each.model_dump_json() for each in page]
        after = max(each.position for each in page)


@pytest.mark.slow
async def test_the_planted_words_are_there_for_those_who_may_see_them(street: Street) -> None:
    """The search can fail: their own administrator finds every kind of word."""
    seen = ""
    for tool, given in (
        ("data.preview", {"data": "orders"}),
        ("data.describe", {"data": "orders"}),
        ("data.list", {}),
        ("access.list_members", {}),
        ("access.list_groups", {}),
        ("access.list_keys", {}),
        ("access.list_invitations", {}),
        ("access.list_approvals", {}),
    ):
        reply = await street.one.call(tool, given, Role.ORG_ADMIN)
        words = words_in(reply.output.model_dump_json()) & street.one.nest.secrets
        assert words, tool
        seen += reply.output.model_dump_json()
    assert leaks([seen], street.one.nest.secrets, set())
    assert not leaks([seen], street.other.nest.secrets, set())
    assert not leaks([seen], street.one.nest.secrets, words_in(seen))
    ledger = await written(street, street.one.organization_id)
    assert words_in(ledger) & set(street.one.nest.canaries)


@pytest.mark.slow
async def test_nobody_is_shown_what_is_not_theirs(street: Street, record_property: Any) -> None:
    tries = int(os.environ.get("MORELLO_LEAK_TRIES", TRIES_REDUCED))
    made = await trials(street, tries, seed=17)
    record_property("tries", tries)
    missed = {each.name for each in street.tools} - set(made)
    assert not missed
    await nothing_is_written(street)


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
async def test_nobody_is_shown_what_is_not_theirs_in_full(
    new_street: Street, part: int, record_property: Any
) -> None:
    """Each part by itself, so that a round can be taken up where it ended."""
    made = await trials(new_street, TRIES_IN_FULL // PARTS, seed=1000 * (part + 1))
    for door in DOORS:
        record_property(f"tries_{door}", made[door])
    record_property("tools", len(new_street.tools))
    await nothing_is_written(new_street)


async def nothing_is_written(street: Street) -> None:
    """Fail when one's ledger holds a word of the other's that nobody of it said."""
    for here, there in street.houses():
        ledger = await written(street, here.organization_id)
        said = street.heard[here.organization_id].ever
        assert not leaks([ledger], set(there.nest.canaries), said)

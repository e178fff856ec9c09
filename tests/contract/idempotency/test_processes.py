"""Durable first answers: whatever runs or dies where, an effect happens once."""

import asyncio
import os
import socket
from typing import Any

import pytest

from morello.kernel.caller import Reply
from morello.kernel.errors import Conflict, MorelloError

from .conftest import Site

pytestmark = pytest.mark.parametrize("site", ["postgres"], indirect=True)


async def test_of_processes_that_work_at_once_one_commits_and_all_give_its_answer(
    site: Site,
) -> None:
    site.effects.runs_wanted = 2
    replies = await asyncio.gather(*(site.answer() for _ in range(4)))
    assert len({each.event_id for each in replies}) == 1
    assert sorted(each.repeated for each in replies) == [False, True, True, True]
    assert await site.effects.count(site.organization_id) == 1
    kinds = sorted(each.kind for each in site.log.events)
    assert kinds == ["call.repeated"] * 3 + ["call.succeeded", "thing.made"]


async def test_who_lost_by_the_effect_itself_gets_the_winner_s_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when both import the same file: the second finds the dataset made, and no longer free."""
    first = await site.answer()
    find, known = site.answers.find, [None]

    async def too_early(*arguments: Any) -> Reply | None:
        return known.pop() if known else await find(*arguments)

    async def taken(*_: Any) -> None:
        raise Conflict("dataset", name="a")

    monkeypatch.setattr(site.answers, "find", too_early)
    monkeypatch.setattr(site.effects, "do", taken)
    again = await site.answer()
    assert (again.repeated, again.event_id) == (True, first.event_id)
    known.append(None)
    with pytest.raises(Conflict, match="named a"):
        await site.answer(key="another")


async def test_a_connection_that_dies_before_the_commit_leaves_nothing(site: Site) -> None:
    database = site.database
    assert database is not None
    units: list[Any] = []
    process = site.process()
    append = site.log.append

    async def dying(organization_id: Any, events: Any, unit: Any = None) -> Any:
        if unit is not None:
            units.append(unit)
            with socket.socket(fileno=os.dup(unit.connection.fileno())) as cable:
                cable.shutdown(socket.SHUT_RDWR)
        return await append(organization_id, events, unit)

    site.log.append = dying  # type: ignore[method-assign] # it dies on the way
    with pytest.raises(MorelloError):
        await process.call(site.call())
    assert units
    site.log.append = append  # type: ignore[method-assign] # and is there again
    assert await site.effects.count(site.organization_id) == 0
    assert not (await site.answer()).repeated
    assert await site.effects.count(site.organization_id) == 1

"""An audit finds what was changed, however thoroughly."""

import dataclasses
from collections.abc import Callable

import pytest

from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.ledger.audit import FAILURES_MAX
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog, _Book
from morello.ledger.proof.tree import Tree

ORGANIZATION = LOCAL_ORGANIZATION


@pytest.fixture
async def filled(log: MemoryLog, new_event: Callable[..., NewEvent]) -> MemoryLog:
    await log.append(ORGANIZATION, [new_event() for _ in range(150)])
    return log


async def found(log: MemoryLog) -> list[str]:
    verdict = await log.verify(ORGANIZATION)
    assert verdict.ok is not bool(verdict.not_proven)
    return [each.id for each in verdict.not_proven]


async def test_an_honest_log_is_whole(filled: MemoryLog) -> None:
    await filled.checkpoint(ORGANIZATION)
    assert await found(filled) == []


async def test_a_changed_body_is_found(filled: MemoryLog) -> None:
    filled._books[ORGANIZATION].records[7].bodies["result"] = b'{"rows":4}'
    verdict = await filled.verify(ORGANIZATION)
    assert [each.parameters["position"] for each in verdict.not_proven] == [7]


async def test_a_changed_time_is_found(filled: MemoryLog) -> None:
    records = filled._books[ORGANIZATION].records
    records[7] = dataclasses.replace(records[7], at=records[7].at.replace(year=2025))
    assert await found(filled) == ["ledger.not_proven.altered"]


async def test_a_changed_body_with_its_leaf_is_found(filled: MemoryLog) -> None:
    book = filled._books[ORGANIZATION]
    book.records[7].bodies["result"] = b'{"rows":4}'
    book.leaves[7] = book.records[7].leaf()
    assert await found(filled) == ["ledger.not_proven.root"]


async def test_a_history_written_anew_does_not_match_what_was_signed(filled: MemoryLog) -> None:
    await filled.checkpoint(ORGANIZATION)
    book = filled._books[ORGANIZATION]
    book.records[7].bodies["result"] = b'{"rows":4}'
    book.leaves[7] = book.records[7].leaf()
    book.tree = Tree()
    for leaf in book.leaves:
        book.tree.append(leaf)
    assert await found(filled) == ["ledger.not_proven.checkpoint"]


@pytest.mark.limitation
async def test_whoever_holds_the_key_can_sign_another_history(filled: MemoryLog) -> None:
    """Only a checkpoint or receipt kept elsewhere, or a witness, would tell."""
    kept = await filled.checkpoint(ORGANIZATION)
    book = filled._books[ORGANIZATION]
    record = book.records[-1]
    record.bodies["result"] = b'{"rows":4}'
    forged = _Book(book.origin, book.signer)
    for each in book.records:
        forged.add("call:1", each)
    filled._books[ORGANIZATION] = forged
    assert kept != await filled.checkpoint(ORGANIZATION)
    assert await found(filled) == []


async def test_a_missing_tail_is_found(filled: MemoryLog) -> None:
    await filled.checkpoint(ORGANIZATION)
    book = filled._books[ORGANIZATION]
    del book.records[-1], book.leaves[-1]
    assert await found(filled) == ["ledger.not_proven.missing"]


async def test_many_changes_are_named_up_to_a_limit(filled: MemoryLog) -> None:
    for record in filled._books[ORGANIZATION].records:
        record.bodies["who"] = b"{}"
    assert len(await found(filled)) == FAILURES_MAX

"""The ledger tells how much waits, and at what pace it is written."""

from collections.abc import Callable

import pytest

from morello.kernel.ids import new_id
from morello.kernel.messages import render
from morello.ledger.event import NewEvent
from morello.ledger.postgres import probe as module
from morello.ledger.postgres.log import PostgresLog
from morello.ledger.postgres.probe import LedgerProbe

New = Callable[..., NewEvent]


async def test_what_was_written_is_counted(log: PostgresLog, new_event: New) -> None:
    probe = LedgerProbe(log)
    for _ in range(3):
        await log.append(new_id(), [new_event()])
    figures = probe.metrics()
    assert figures["events_total"] == 3
    assert 1 <= figures["batches_total"] <= 3
    assert figures["batch_seconds_total"] > 0
    assert figures["waiting_events"] == 0
    assert await probe.health() is None


async def test_a_writer_that_does_not_keep_up_is_not_well(
    log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING_EVENTS_MAX", -1)
    problem = await LedgerProbe(log).health()
    assert problem is not None
    assert render(problem) == "The ledger is behind: 0 events wait to be written."

"""What only the log in memory has to do: threads, runs, and a limit."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from morello.kernel.errors import TooLarge
from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.ledger import memory
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.ledger.proof.note import Note
from morello.storage.keys import MasterKeys

ORGANIZATION = LOCAL_ORGANIZATION


async def test_each_run_is_a_log_of_its_own_under_the_machines_one_key(
    keys: MasterKeys, new_event: Callable[..., NewEvent]
) -> None:
    event = new_event()
    receipts, origins = [], set()
    for _ in range(2):
        log = MemoryLog(keys)
        await log.append(ORGANIZATION, [event])
        receipts.append(await log.receipt(ORGANIZATION, event.id))
        origins.add(Note.parse(await log.checkpoint(ORGANIZATION)).text.split("\n")[0])
    first, second = receipts
    assert len(origins) == 2
    assert first.public_key == second.public_key
    assert first.verify(second.public_key).ok


async def test_a_size_is_signed_once(log: MemoryLog, new_event: Callable[..., NewEvent]) -> None:
    await log.append(ORGANIZATION, [new_event()])
    first = await log.checkpoint(ORGANIZATION)
    assert first is await log.checkpoint(ORGANIZATION)
    await log.append(ORGANIZATION, [new_event()])
    assert first != await log.checkpoint(ORGANIZATION)


async def test_a_full_log_says_so(
    log: MemoryLog, new_event: Callable[..., NewEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "EVENTS_MAX", 2)
    await log.append(ORGANIZATION, [new_event(), new_event()])
    with pytest.raises(TooLarge, match="full"):
        await log.append(ORGANIZATION, [new_event()])


def test_threads_may_append_and_prove_at_once(
    log: MemoryLog, new_event: Callable[..., NewEvent]
) -> None:
    def work() -> None:
        async def rounds() -> None:
            for _ in range(40):
                event = new_event(person="p", personal={"name": "Ann"})
                await log.append(ORGANIZATION, [event, new_event()])
                receipt = await log.receipt(ORGANIZATION, event.id)
                assert receipt.verify().ok

        asyncio.run(rounds())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    verdict = asyncio.run(log.verify(ORGANIZATION))
    assert verdict.ok
    assert verdict.proven[0].parameters["events"] == 4 * 40 * 2

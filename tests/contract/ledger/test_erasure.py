"""What every log has to forget, without breaking a proof."""

from collections.abc import Callable

import pytest

from morello.kernel.clock import StoppedClock
from morello.kernel.ids import new_id
from morello.kernel.protocols.personal_data import PersonalData
from morello.ledger.erasure import Erasure
from morello.ledger.event import NewEvent
from morello.ledger.log import Log
from morello.ledger.sealing import Sealing

OURS, THEIRS = new_id(), new_id()
New = Callable[..., NewEvent]


@pytest.fixture
def erasure(log: Log, sealing: Sealing, clock: StoppedClock) -> Erasure:
    return Erasure(log, sealing, clock)


async def found(room: PersonalData, person: str) -> list[dict[str, str | None]]:
    return [each["fields"] async for each in room.find(OURS, person)]


def about(new_event: New, person: str, name: str) -> NewEvent:
    return new_event(person=person, personal={"name": name})


async def test_personal_fields_are_found_and_erased(
    erasure: Erasure, log: Log, new_event: New
) -> None:
    names = ("Ann", "Bob", "Ann Marlow")
    events = [about(new_event, name[:3].lower(), name) for name in names]
    await log.append(OURS, events)
    taken = [each async for each in log.follow(OURS)]
    assert all(name not in str(each) for name in names for each in taken)
    assert await found(erasure, "ann") == [{"name": "Ann"}, {"name": "Ann Marlow"}]

    assert await erasure.erase(OURS, "ann") == 2

    assert await found(erasure, "ann") == [{"name": None}, {"name": None}]
    assert await found(erasure, "bob") == [{"name": "Bob"}]


async def test_old_and_new_proofs_verify_after_an_erasure(
    erasure: Erasure, log: Log, new_event: New
) -> None:
    event = about(new_event, "ann", "Ann")
    await log.append(OURS, [event])
    before = await log.receipt(OURS, event.id)
    await erasure.erase(OURS, "ann")
    after = await log.receipt(OURS, event.id)
    assert before.verify().ok
    assert after.verify().ok
    assert (await log.verify(OURS)).ok


async def test_an_erasure_is_said_once(erasure: Erasure, log: Log, new_event: New) -> None:
    await log.append(OURS, [about(new_event, "ann", "Ann")])
    assert await erasure.erase(OURS, "ann") == 1
    assert await erasure.erase(OURS, "ann") == 0
    assert await erasure.erase(OURS, "nobody") == 0
    said = [each async for each in log.follow(OURS) if each.kind == "person.erased"]
    assert [each.what for each in said] == [{"person": "ann", "events": 1}]


async def test_who_comes_back_gets_a_new_key(erasure: Erasure, log: Log, new_event: New) -> None:
    await log.append(OURS, [about(new_event, "ann", "Ann")])
    await erasure.erase(OURS, "ann")
    await log.append(OURS, [about(new_event, "ann", "Ann again")])
    assert await found(erasure, "ann") == [{"name": None}, {"name": "Ann again"}]


async def test_another_organizations_person_is_another(
    erasure: Erasure, log: Log, new_event: New
) -> None:
    await log.append(OURS, [about(new_event, "ann", "Ann")])
    await log.append(THEIRS, [about(new_event, "ann", "Their Ann")])
    assert await erasure.erase(THEIRS, "ann") == 1
    assert await found(erasure, "ann") == [{"name": "Ann"}]


async def test_a_person_is_found_in_a_long_log(erasure: Erasure, log: Log, new_event: New) -> None:
    for _ in range(2):
        await log.append(OURS, [new_event() for _ in range(1000)])
    await log.append(OURS, [about(new_event, "ann", "Ann")])
    assert await found(erasure, "ann") == [{"name": "Ann"}]

"""Sealed fields: one key a person, bound to where they stand."""

from collections.abc import Callable

import pytest

from morello.kernel.errors import ProofFailed
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.ledger.draft import Draft
from morello.ledger.event import Event, NewEvent
from morello.ledger.proof import base64_text
from morello.ledger.sealing import MemoryPersonKeys, Sealing

FIELDS = {"name": "Ann Marlow", "address": ""}


@pytest.fixture
def sealing() -> Sealing:
    return Sealing(MemoryPersonKeys())


@pytest.fixture
async def event(sealing: Sealing, new_event: Callable[..., NewEvent]) -> Event:
    new = new_event(personal=FIELDS, person="p1")
    record = Draft.of(new, await sealing.seal(LOCAL_ORGANIZATION, new)).record(1)
    return record.event(LOCAL_ORGANIZATION, 0, record.leaf())


async def test_fields_are_sealed_and_open_again(sealing: Sealing, event: Event) -> None:
    assert "Ann" not in repr(event)
    assert "Ann" not in base64_text.decode(event.personal["name"]).decode("latin-1")
    assert await sealing.open(event) == FIELDS


async def test_without_personal_fields_no_key_is_made(
    sealing: Sealing, new_event: Callable[..., NewEvent]
) -> None:
    assert await sealing.seal(LOCAL_ORGANIZATION, new_event(person="p1")) == {}
    assert await sealing.keys.find(LOCAL_ORGANIZATION, "p1") is None


async def test_a_destroyed_key_erases(sealing: Sealing, event: Event) -> None:
    assert await sealing.keys.destroy(LOCAL_ORGANIZATION, "p1")
    assert not await sealing.keys.destroy(LOCAL_ORGANIZATION, "p1")
    assert await sealing.open(event) == {"name": None, "address": None}
    await sealing.keys.find_or_make(LOCAL_ORGANIZATION, "p1")
    assert await sealing.open(event) == {"name": None, "address": None}


async def test_each_person_and_organization_has_a_key_of_its_own(sealing: Sealing) -> None:
    keys = [
        await sealing.keys.find_or_make(organization, person)
        for organization in (LOCAL_ORGANIZATION, new_id())
        for person in ("p1", "p2")
    ]
    assert len({each.secret for each in keys}) == 4
    assert await sealing.keys.find_or_make(LOCAL_ORGANIZATION, "p1") == keys[0]
    assert "secret" not in repr(keys[0])


async def test_a_moved_or_changed_field_is_found(sealing: Sealing, event: Event) -> None:
    sealed = event.personal["name"]
    changed = bytearray(base64_text.decode(sealed))
    changed[-1] ^= 1
    for update in (
        {"personal": {"address": sealed}},
        {"id": new_id()},
        {"personal": {"name": base64_text.encode(bytes(changed))}},
        {"personal": {"name": base64_text.encode(bytes(changed[:10]))}},
    ):
        with pytest.raises(ProofFailed):
            await sealing.open(event.model_copy(update=update))

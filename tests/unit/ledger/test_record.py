"""Records: what is kept is what is hashed."""

from collections.abc import Callable

import pytest

from morello.kernel.errors import InvalidInput, TooLarge
from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.ledger.draft import Draft
from morello.ledger.event import Event, NewEvent
from morello.ledger.proof.leaf import Leaf
from morello.ledger.record import GROUP_BYTES_MAX, Record


def laid(new: NewEvent, stream_version: int, sealed: dict[str, str]) -> Record:
    return Draft.of(new, sealed).record(stream_version)


def test_an_event_comes_back_whole(new_event: Callable[..., NewEvent]) -> None:
    new = new_event(person="p1")
    record = laid(new, 7, {"name": "sealed"})
    event = record.event(LOCAL_ORGANIZATION, 3, record.leaf())
    for field in ("id", "stream", "kind", "at", "who", "what", "query", "versions", "result"):
        assert getattr(event, field) == getattr(new, field)
    assert (event.position, event.stream_version, event.person) == (3, 7, "p1")
    assert event.personal == {"name": "sealed"}
    assert Event.model_validate(event.model_dump()) == event
    assert Event.model_validate_json(event.model_dump_json()) == event


def test_the_leaf_commits_to_everything(new_event: Callable[..., NewEvent]) -> None:
    new = new_event(person="p1")
    record = laid(new, 1, {"name": "sealed"})
    leaves = {record.leaf()}
    changed = [
        (new.model_copy(update={field: value}), 1, {"name": "sealed"})
        for field, value in {
            "stream": "other",
            "kind": "other",
            "who": {},
            "what": {},
            "query": {},
            "versions": {},
            "result": {},
            "person": "p2",
            "id": new_event().id,
            "at": new.at.replace(microsecond=1),
        }.items()
    ]
    for each in (*changed, (new, 2, {"name": "sealed"}), (new, 1, {"name": "other"})):
        other = laid(*each)
        leaves.add(Record(other.event_id, other.at, other.bodies, record.salts).leaf())
    assert len(leaves) == 13


def test_fresh_salts_hide_that_two_events_are_alike(new_event: Callable[..., NewEvent]) -> None:
    new = new_event()
    first, second = (Leaf.decode(laid(new, 1, {}).leaf()) for _ in range(2))
    assert not set(first.digests) & set(second.digests)


def test_a_group_over_the_limit_is_refused(new_event: Callable[..., NewEvent]) -> None:
    fits = new_event(query={"sql": "x" * (GROUP_BYTES_MAX - len('{"sql":""}'))})
    laid(fits, 1, {})
    with pytest.raises(TooLarge, match="query"):
        laid(new_event(query={"sql": "x" * GROUP_BYTES_MAX}), 1, {})
    with pytest.raises(TooLarge, match="personal"):
        laid(new_event(), 1, {"name": "x" * GROUP_BYTES_MAX})


def test_only_claim_groups_can_be_disclosed(new_event: Callable[..., NewEvent]) -> None:
    with pytest.raises(InvalidInput, match="versions"):
        laid(new_event(), 1, {}).evidence(["personal"])

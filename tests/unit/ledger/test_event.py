"""Events as they are offered."""

import datetime
import uuid
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from morello.kernel.errors import InvalidInput
from morello.ledger.event import NewEvent


def test_groups_are_copied_and_made_plain(new_event: Callable[..., NewEvent]) -> None:
    given = {"id": uuid.UUID(int=1), "list": [1]}
    event = new_event(what=given)
    given["list"] = [2]
    assert event.what == {"id": str(uuid.UUID(int=1)), "list": [1]}


def test_times_are_kept_in_utc(new_event: Callable[..., NewEvent]) -> None:
    seoul = datetime.timezone(datetime.timedelta(hours=9))
    event = new_event(at=datetime.datetime(2026, 1, 1, 9, tzinfo=seoul))
    assert event.at.isoformat() == "2026-01-01T00:00:00+00:00"


def test_each_gets_an_id_of_its_own(new_event: Callable[..., NewEvent]) -> None:
    assert new_event().id < new_event().id


def test_a_time_before_1970_is_refused(new_event: Callable[..., NewEvent]) -> None:
    with pytest.raises(InvalidInput, match="1969"):
        new_event(at=datetime.datetime(1969, 12, 31, tzinfo=datetime.UTC))


def test_a_time_without_a_zone_is_refused(new_event: Callable[..., NewEvent]) -> None:
    with pytest.raises(ValidationError):
        new_event(at=datetime.datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_personal_fields_need_a_person(new_event: Callable[..., NewEvent]) -> None:
    with pytest.raises(InvalidInput, match="whose"):
        new_event(personal={"name": "Ann"})


@pytest.mark.parametrize("changes", [{"stream": ""}, {"kind": "x" * 256}, {"other": 1}])
def test_a_malformed_event_is_refused(
    new_event: Callable[..., NewEvent], changes: dict[str, object]
) -> None:
    with pytest.raises(ValidationError):
        new_event(**changes)


def test_a_value_json_does_not_have_is_refused(new_event: Callable[..., NewEvent]) -> None:
    with pytest.raises(InvalidInput, match="bytes"):
        new_event(result={"digest": b"x"})

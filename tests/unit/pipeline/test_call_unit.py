"""What one call writes is committed with its record, or rolled back."""

import contextlib
import dataclasses
from collections.abc import Generator

import pytest

from morello.kernel.errors import Fault, Unauthenticated, Unavailable
from morello.kernel.principal import NOBODY

from .conftest import Corridor


class FakeUnit:
    """Notes what was asked of it."""

    statements = 0

    def __init__(self) -> None:
        self.said: list[str] = []

    @contextlib.contextmanager
    def entered(self) -> Generator[None]:
        self.said.append("entered")
        yield

    async def commit(self) -> None:
        self.said.append("commit")

    async def rollback(self) -> None:
        self.said.append("rollback")


@pytest.fixture
def unit(corridor: Corridor) -> FakeUnit:
    made = FakeUnit()
    corridor.pipeline = dataclasses.replace(corridor.pipeline, unit=lambda: made)
    return made


async def test_what_a_call_wrote_is_committed_with_its_record(
    corridor: Corridor, unit: FakeUnit
) -> None:
    await corridor.call("test.write")
    assert unit.said == ["entered", "commit", "rollback"]


async def test_what_a_broken_call_wrote_is_undone_before_it_is_recorded(
    corridor: Corridor, unit: FakeUnit
) -> None:
    with pytest.raises(Fault):
        await corridor.call("test.write", "break")
    assert unit.said == ["entered", "rollback"]
    assert corridor.log.kinds == ["call.failed"]


async def test_nobody_gets_no_further_than_the_door(corridor: Corridor) -> None:
    with pytest.raises(Unauthenticated):
        await corridor.call("test.echo", principal=NOBODY)
    organization_id, _ = corridor.log.events[0]
    assert organization_id == NOBODY.organization_id


async def test_where_there_are_no_jobs_a_call_cannot_become_one(corridor: Corridor) -> None:
    with pytest.raises(Unavailable, match="morello up"):
        await corridor.call("test.long", as_job=True)
    assert (await corridor.call("test.echo", as_job=True)).output.text == "hi"

import logging
import uuid
from collections.abc import Mapping
from typing import Any

import pytest

from morello.kernel.caller import Call
from morello.kernel.clock import SystemClock
from morello.kernel.errors import Fault, Forbidden, InvalidInput, NotFound
from morello.kernel.messages import Message
from morello.kernel.permission import Role
from morello.kernel.principal import Origin
from morello.kernel.settings import Settings
from morello.pipeline.observe.lines import LINES_PER_S_MAX
from morello.pipeline.observe.metrics import TOOLS_MAX
from morello.pipeline.observe.observing import Observing
from morello.pipeline.observe.trace import current_trace

from ..conftest import Corridor, someone

STEPS = (
    *("find", "validate", "permit", "resolve", "authorize", "admit"),
    *("recall", "run", "record"),
)


class Watched(Corridor):
    """The corridor of the other tests, with everybody watching."""

    def __init__(self, **changes: Any) -> None:
        super().__init__(**changes)
        self.seen = Observing.of(Settings(), SystemClock(), [Part()], service="test")
        object.__setattr__(self.pipeline, "observer", self.seen)

    def text(self) -> str:
        return self.seen.metrics.text().decode()


class Part:
    """A probe that tells one figure."""

    name = "ledger"

    async def health(self) -> Message | None:
        return None

    def metrics(self) -> Mapping[str, float]:
        return {"lag_ms": 1.5}

    async def remedy(self) -> bool:
        return False


class BrokenPart(Part):
    name = "broken"

    def metrics(self) -> Mapping[str, float]:
        raise OSError


@pytest.fixture
def watched() -> Watched:
    return Watched()


async def test_a_call_is_counted_with_its_steps(watched: Watched) -> None:
    await watched.call("test.echo")
    text = watched.text()
    assert 'morello_calls_total{outcome="ok",tool="test.echo"} 1.0' in text
    assert 'morello_call_seconds_count{tool="test.echo"} 1.0' in text
    for step in STEPS:
        assert f'morello_step_seconds_count{{step="{step}"}} 1.0' in text
    assert "morello_calls_running 0.0" in text
    assert "process_open_fds" in text
    assert "morello_ledger_lag_ms 1.5" in text


async def test_answers_from_the_cache_and_errors_are_told_apart(watched: Watched) -> None:
    for _ in range(2):
        await watched.call("test.cached")
    with pytest.raises(InvalidInput):
        await watched.call("test.echo", "much too long")
    with pytest.raises(Fault):
        await watched.call("test.write", "break")
    text = watched.text()
    assert 'morello_calls_total{outcome="cached",tool="test.cached"} 1.0' in text
    assert 'morello_calls_total{outcome="invalid_input",tool="test.echo"} 1.0' in text
    assert 'morello_calls_total{outcome="fault",tool="test.write"} 1.0' in text
    assert "morello_calls_running 0.0" in text


async def test_a_repeated_call_is_counted_as_such(watched: Watched) -> None:
    for _ in range(2):
        await watched.call("test.echo", idempotency_key="k")
    assert 'morello_calls_total{outcome="repeated",tool="test.echo"} 1.0' in watched.text()


async def test_names_that_strangers_make_up_are_no_labels(watched: Watched) -> None:
    for number in range(5):
        with pytest.raises(NotFound):
            await watched.call(f"test.nothing{number}")
    text = watched.text()
    assert 'morello_calls_total{outcome="not_found",tool="none"} 5.0' in text
    assert "nothing3" not in text


def test_so_many_tools_are_named_and_no_more() -> None:
    seen = Observing.of(Settings(), SystemClock(), service="test")
    for number in range(TOOLS_MAX + 10):
        watch = seen.watch(Call(tool=f"a.b{number}", given={}, principal=someone()))
        for step in ("find", "validate"):
            watch.step(step)
        watch.end("ok")
    assert 'morello_calls_total{outcome="ok",tool="other"} 10.0' in seen.metrics.text().decode()


def test_a_part_that_cannot_tell_leaves_the_others_theirs() -> None:
    seen = Observing.of(Settings(), SystemClock(), [BrokenPart(), Part()], service="test")
    assert "morello_ledger_lag_ms" in seen.metrics.text().decode()


async def test_errors_are_grouped_by_what_and_where(watched: Watched) -> None:
    for text in ("break", "break"):
        with pytest.raises(Fault):
            await watched.call("test.write", text)
    with pytest.raises(Forbidden):
        await watched.call("test.write", principal=someone(Role.GUEST))
    first, second = watched.seen.tally.groups()
    assert (first.error, first.count, first.tools) == (
        "error.fault.unexpected",
        2,
        {"test.write": 2},
    )
    assert len(first.fingerprint) == 12
    assert (second.code, second.count, second.fingerprint) == ("forbidden", 1, "")
    recorded = [event for _, event in watched.log.events if event.kind == "call.failed"]
    assert recorded[0].result["fingerprint"] == first.fingerprint
    assert str(first.call) == recorded[-1].what["call"]


async def test_a_nested_call_is_a_part_of_the_trace_around_it(watched: Watched) -> None:
    walks: list[Any] = []
    object.__setattr__(watched.seen, "sinks", (*watched.seen.sinks, _Keeping(walks)))
    origin = Origin(trace=f"00-{'ab' * 16}-{'cd' * 8}-01")
    await watched.call("test.parent", "test.echo", origin=origin)
    child, parent = walks
    assert (child.tool, parent.tool) == ("test.echo", "test.parent")
    assert child.trace.trace_id == parent.trace.trace_id == int("ab" * 16, 16)
    assert child.trace.parent_span_id == parent.trace.span_id
    assert parent.trace.parent_span_id == int("cd" * 8, 16)
    assert current_trace() is None


class _Keeping:
    def __init__(self, walks: list[Any]) -> None:
        self._walks = walks

    def began(self) -> None: ...

    def ended(self, walk: Any) -> None:
        self._walks.append(walk)


async def test_refused_calls_are_logged_and_good_ones_only_when_asked(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "morello.call"):
        await watched.call("test.echo")
        with pytest.raises(InvalidInput):
            await watched.call("test.echo", "much too long")
    [line] = [each for each in caplog.records if each.name == "morello.call"]
    said = vars(line)["said"]
    assert (said["tool"], said["code"]) == ("test.echo", "invalid_input")
    assert uuid.UUID(said["call"])
    assert "much too long" not in str(vars(line))


async def test_a_flood_of_wrong_calls_is_counted_not_logged(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "morello.call"):
        for _ in range(3 * LINES_PER_S_MAX):
            with pytest.raises(InvalidInput):
                await watched.call("test.echo", "much too long")
    assert len(caplog.records) <= 2 * LINES_PER_S_MAX + 2

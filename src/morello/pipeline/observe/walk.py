"""A walk: when one call entered each step of the corridor, and how it ended."""

import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from morello.kernel.caller import Call
from morello.kernel.errors import MorelloError
from morello.pipeline.observe.trace import Trace

_seconds = time.perf_counter


class Walk:
    """Implements `kernel.protocols.observer.Watch`: two numbers a step, all else at the end."""

    __slots__ = ("_names", "_sinks", "_times", "call", "error", "outcome", "trace")

    def __init__(self, call: Call, sinks: "Sequence[Sink]") -> None:
        self.call = call
        self.trace = Trace.begin(call)
        self.outcome = ""
        self.error: MorelloError | None = None
        self._sinks = sinks
        self._names: list[str] = []
        self._times: list[float] = []

    def step(self, name: str) -> None:
        """Note that a step begins."""
        self._names.append(name)
        self._times.append(_seconds())

    def end(self, outcome: str, error: MorelloError | None = None) -> None:
        """Note how the call ended, and tell everybody; only the first time counts."""
        if self.outcome:
            return
        self._times.append(_seconds())
        self.outcome, self.error = outcome, error
        self.trace.end()
        for sink in self._sinks:
            sink.ended(self)

    @property
    def tool(self) -> str:
        """The tool's name; empty when there is none of that name: a stranger may ask for any."""
        return self.call.tool if len(self._names) > 1 and self._names[1] == "validate" else ""

    @property
    def start_s(self) -> float:
        """When it began, in seconds of a clock without a date."""
        return self._times[0]

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self._times[-1] - self._times[0]

    def steps(self) -> Iterator[tuple[str, float, float]]:
        """Yield each step's name, its beginning and its length, in seconds of one clock."""
        times = self._times
        for number, name in enumerate(self._names):
            yield name, times[number], times[number + 1] - times[number]


class Sink(Protocol):
    """Whoever is told of walks that have ended."""

    def began(self) -> None:
        """Be told that a call begins."""
        ...

    def ended(self, walk: Walk) -> None:
        """Be told of a call that has ended. Must not raise, and takes microseconds."""
        ...

"""A trace: which call runs here, and the longer story it belongs to (W3C Trace Context).

A call that brings no `traceparent` begins a trace under its own id, and a span's id is the second
half of its call's: so a trace is found by any call's id, and nothing has to be remembered.
"""

import contextvars
import dataclasses
import re
import uuid
from collections.abc import Mapping
from typing import Self

from morello.kernel.caller import Call

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_HALF = (1 << 64) - 1
_SAMPLED = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """Something that was done for a call elsewhere, in seconds of this machine's one clock."""

    name: str
    start_s: float
    seconds: float
    figures: Mapping[str, float]
    """What it took, by name with its unit last."""


_current: contextvars.ContextVar["Trace | None"] = contextvars.ContextVar("trace", default=None)


@dataclasses.dataclass(slots=True)
class Trace:
    """One call's place in a trace; small, since whatever it starts may hold on to it."""

    call_id: uuid.UUID
    organization_id: uuid.UUID
    tool: str
    given: str
    """The `traceparent` that came with the call."""
    parent: Self | None = None
    """The call that this one is a part of."""
    is_over: bool = False
    parts: list[Part] = dataclasses.field(default_factory=list)

    @classmethod
    def begin(cls, call: Call) -> Self:
        """Note that a call runs here from now on."""
        around = _current.get()
        parent = around if around is not None and around.call_id == call.parent else None
        principal = call.principal
        trace = cls(call.call_id, principal.organization_id, call.tool, call.origin.trace, parent)
        _current.set(trace)
        return trace

    def end(self) -> None:
        """Note that it runs no longer."""
        self.is_over = True
        _current.set(self.parent)

    @property
    def trace_id(self) -> int:
        """The trace that it belongs to."""
        if self.parent is not None:
            return self.parent.trace_id
        came = _TRACEPARENT.fullmatch(self.given)
        return (int(came[1], 16) if came else 0) or self.call_id.int

    @property
    def span_id(self) -> int:
        """Its own span."""
        return self.call_id.int & _HALF

    @property
    def parent_span_id(self) -> int | None:
        """The span that this one is a part of."""
        if self.parent is not None:
            return self.parent.span_id
        came = _TRACEPARENT.fullmatch(self.given)
        return (int(came[2], 16) if came else 0) or None

    @property
    def is_sampled(self) -> bool:
        """Whether it is to be kept, which whoever began the trace decides."""
        if self.parent is not None:
            return self.parent.is_sampled
        came = _TRACEPARENT.fullmatch(self.given)
        return came is None or bool(int(came[3], 16) & _SAMPLED)


def current_trace() -> Trace | None:
    """Return the call that runs here, if there is one."""
    trace = _current.get()
    return None if trace is None or trace.is_over else trace

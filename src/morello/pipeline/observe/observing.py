"""Observing: one observer for the corridor, and what is made of what it saw."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from morello.kernel.caller import Call
from morello.kernel.clock import Clock
from morello.kernel.protocols.probe import Probe
from morello.kernel.settings import Settings
from morello.pipeline.observe.lines import Lines
from morello.pipeline.observe.metrics import Metrics
from morello.pipeline.observe.tally import Tally
from morello.pipeline.observe.walk import Sink, Walk

if TYPE_CHECKING:  # takes 0.2 s to import, and most installations have no collector
    from morello.pipeline.observe.spans import Spans


@dataclasses.dataclass(frozen=True, slots=True)
class Observing:
    """Implements `kernel.protocols.observer.Observer` for one process."""

    metrics: Metrics
    tally: Tally
    spans: "Spans | None"
    sinks: Sequence[Sink]

    @classmethod
    def of(
        cls, settings: Settings, clock: Clock, probes: Sequence[Probe] = (), *, service: str
    ) -> Self:
        """Observe a process, named as traces shall name it; spans need an `otlp_endpoint`."""
        metrics, tally, spans = Metrics(probes), Tally(clock), None
        sinks: list[Sink] = [metrics, tally, Lines()]
        if settings.otlp_endpoint:
            from morello.pipeline.observe.spans import Spans  # noqa: PLC0415 - see above

            spans = Spans.to(settings.otlp_endpoint, service=service)
            sinks.append(spans)
        return cls(metrics, tally, spans, tuple(sinks))

    def watch(self, call: Call) -> Walk:
        """Begin to watch a call."""
        for sink in self.sinks:
            sink.began()
        return Walk(call, self.sinks)

    def close(self) -> None:
        """Send what a collector has not got yet. Blocks, for a few seconds at most."""
        if self.spans is not None:
            self.spans.close()

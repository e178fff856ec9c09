"""Metrics: calls, steps and the figures of every part, in the text that Prometheus reads.

The numbers are kept in plain objects and become metrics only when somebody asks for them, since
counting by the client library would cost a call more than all else that is seen of it. No label
grows with what users send: tools that do not exist are one label, and so are those beyond
`TOOLS_MAX`; organizations are none.
"""

import collections
import logging
import re
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from morello.kernel.protocols.probe import Probe
from morello.pipeline.observe.histogram import Histogram
from morello.pipeline.observe.walk import Walk

_log = logging.getLogger(__name__)

TOOLS_MAX = 500
_NO_TOOL, _OTHER_TOOL = "none", "other"
_NO_NAME = re.compile("[^a-z0-9_]")


class Metrics:
    """Implements `Sink`; the figures are of this process."""

    def __init__(self, probes: Sequence[Probe] = ()) -> None:
        self._probes = tuple(probes)
        self._running = 0
        self._calls: collections.Counter[tuple[str, str]] = collections.Counter()
        self._seconds: dict[str, Histogram] = {}
        self._steps: dict[str, Histogram] = collections.defaultdict(Histogram)
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def began(self) -> None:
        """Count a call that runs."""
        self._running += 1

    def ended(self, walk: Walk) -> None:
        """Count a call that has ended, and the time of its steps."""
        self._running -= 1
        tool = self._label(walk.tool)
        self._calls[tool, walk.outcome] += 1
        self._seconds[tool].add(walk.seconds)
        steps = self._steps
        for name, _, seconds in walk.steps():
            steps[name].add(seconds)
        for part in walk.trace.parts:
            steps[part.name].add(part.seconds)

    def text(self) -> bytes:
        """Return every figure as it stands now (`text/plain; version=0.0.4`)."""
        return generate_latest(self._registry)

    def mean_us(self) -> dict[str, float]:
        """Return the mean time of each step, in microseconds: where the time goes."""
        return {
            name: each.sum_s / each.count * 1e6 for name, each in self._steps.items() if each.count
        }

    def collect(self) -> Iterator[Metric]:
        """Yield what was counted, for the registry."""
        calls = CounterMetricFamily(
            "morello_calls", "Calls that ended, by how.", labels=("tool", "outcome")
        )
        for (tool, outcome), count in list(self._calls.items()):
            calls.add_metric((tool, outcome), count)
        yield calls
        yield GaugeMetricFamily("morello_calls_running", "Calls under way.", self._running)
        yield _family("morello_call_seconds", "Time of whole calls.", "tool", self._seconds)
        yield _family("morello_step_seconds", "Time of a call's steps.", "step", self._steps)
        for probe in self._probes:
            yield from _figures(probe)

    def _label(self, tool: str) -> str:
        if not tool:
            tool = _NO_TOOL
        elif tool not in self._seconds and len(self._seconds) >= TOOLS_MAX:
            tool = _OTHER_TOOL
        if tool not in self._seconds:
            self._seconds[tool] = Histogram()
        return tool


def _family(
    name: str, help_: str, label: str, histograms: dict[str, Histogram]
) -> HistogramMetricFamily:
    family = HistogramMetricFamily(name, help_, labels=(label,))
    for value, each in list(histograms.items()):
        family.add_metric((value,), each.buckets(), each.sum_s)
    return family


def _figures(probe: Probe) -> Iterator[Metric]:
    """Yield a part's own figures; a part that fails to tell leaves the others theirs."""
    try:
        figures = probe.metrics()
    except Exception:  # noqa: BLE001 - whatever it is, the rest is still worth reading
        _log.exception("the figures of %s cannot be read", probe.name)
        return
    for name, value in figures.items():
        full = _NO_NAME.sub("_", f"morello_{probe.name}_{name}".lower())
        yield GaugeMetricFamily(full, f"What {probe.name} tells of itself.", value)

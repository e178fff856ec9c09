"""Spans: calls and their steps as OpenTelemetry traces, sent to a collector by OTLP over HTTP.

A span is made once its call has ended, from what the walk noted, so a call costs no more for being
traced than handing a few objects to the exporter's thread. The queue is bounded; what a collector
cannot take in time is dropped, never waited for.
"""

import importlib.metadata
import time
from typing import Self

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from morello.pipeline.observe.trace import Part, Trace
from morello.pipeline.observe.walk import Walk

QUEUE_MAX = 8_192
"""Spans that may wait for the collector."""
EXPORT_TIMEOUT_S = 5.0
_ID_MASK = (1 << 64) - 1


class Spans:
    """Implements `Sink`."""

    def __init__(self, processor: SpanProcessor, *, service: str) -> None:
        version = importlib.metadata.version("morello")
        self._processor = processor
        self._resource = Resource.create({"service.name": service, "service.version": version})
        self._scope = InstrumentationScope("morello", version)

    @classmethod
    def to(cls, endpoint: str, *, service: str) -> Self:
        """Send to a collector: `http://host:4318`, to whose `/v1/traces` they go."""
        url = endpoint.rstrip("/")
        if not url.endswith("/v1/traces"):
            url = f"{url}/v1/traces"
        exporter = OTLPSpanExporter(endpoint=url, timeout=EXPORT_TIMEOUT_S)
        batches = BatchSpanProcessor(exporter, max_queue_size=QUEUE_MAX)
        return cls(batches, service=service)

    def close(self) -> None:
        """Send what waits, and stop. Blocks, for the timeout at most."""
        self._processor.shutdown()

    def began(self) -> None:
        """Nothing is known yet."""

    def ended(self, walk: Walk) -> None:
        """Hand over a call and its steps."""
        trace = walk.trace
        if not trace.is_sampled:
            return
        # The walk's clock has no date; both are read now, so that the difference is the date's.
        offset_ns = time.time_ns() - int(time.perf_counter() * 1e9)
        context = self._context(trace, trace.span_id)
        ids: dict[str, SpanContext] = {}
        for number, part in enumerate(_parts(walk), start=1):
            ids[part.name] = self._context(trace, (trace.span_id + number) & _ID_MASK)
            around = ids.get("run", context) if part.name == "worker" else context
            self._hand_over(part, ids[part.name], around, offset_ns)
        parent = trace.parent_span_id
        around_it = self._context(trace, parent) if parent is not None else None
        whole = Part(walk.tool or "unknown", walk.start_s, walk.seconds, {})
        self._hand_over(whole, context, around_it, offset_ns, walk)

    def _context(self, trace: Trace, span_id: int) -> SpanContext:
        return SpanContext(trace.trace_id, span_id, is_remote=False, trace_flags=TraceFlags(1))

    def _hand_over(
        self,
        part: Part,
        context: SpanContext,
        parent: SpanContext | None,
        offset_ns: int,
        walk: Walk | None = None,
    ) -> None:
        start_ns = offset_ns + int(part.start_s * 1e9)
        failed = walk is not None and walk.error is not None
        self._processor.on_end(
            ReadableSpan(
                part.name,
                context=context,
                parent=parent,
                resource=self._resource,
                attributes=_attributes(walk) if walk is not None else dict(part.figures),
                kind=SpanKind.SERVER if walk is not None else SpanKind.INTERNAL,
                status=Status(StatusCode.ERROR if failed else StatusCode.UNSET),
                start_time=start_ns,
                end_time=start_ns + int(part.seconds * 1e9),
                instrumentation_scope=self._scope,
            )
        )


def _parts(walk: Walk) -> list[Part]:
    """Return the steps, then what was done elsewhere: it names the step that it is a part of."""
    return [*(Part(*each, {}) for each in walk.steps()), *walk.trace.parts]


def _attributes(walk: Walk) -> dict[str, str]:
    call = walk.call
    said = {
        "morello.call": str(call.call_id),
        "morello.organization": str(call.principal.organization_id),
        "morello.tool": walk.tool,
        "morello.outcome": walk.outcome,
        "morello.door": call.origin.door,
    }
    if walk.error is not None:
        said["error.type"] = walk.error.message.id
    return said

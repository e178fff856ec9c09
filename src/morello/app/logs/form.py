"""The form of a line: JSON in the Elastic Common Schema for machines, coloured for people."""

import datetime
import json
import logging
import os
import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter

from morello.app.logs.mask import masked
from morello.pipeline.observe.trace import current_trace

ECS_VERSION = "8.11.0"

Line = MutableMapping[str, Any]

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What moves a cursor, colours, or turns the direction of writing; not tab and newline."""

_FIELDS = {
    "organization": "organization.id",
    "subject": "user.id",
    "trace": "trace.id",
    "span": "span.id",
    "error": "error.code",
}
"""What is said of a call, by the name it has in the schema."""
_OF_OURS = ("call", "tool", "code", "door")


def for_machines(process: str) -> logging.Formatter:
    """Return what makes a line of JSON; `process` is the service's name."""

    def in_schema(_logger: Any, _method: str, line: Line) -> str:
        return json.dumps(_in_schema(line, process), ensure_ascii=False, default=str)

    return ProcessorFormatter(
        foreign_pre_chain=_PREPARED,
        processors=[ProcessorFormatter.remove_processors_meta, in_schema],
    )


def for_people() -> logging.Formatter:
    """Return what makes a coloured line, and a traceback below it."""
    return ProcessorFormatter(
        foreign_pre_chain=_PREPARED,
        processors=[
            ProcessorFormatter.remove_processors_meta,
            _in_order,
            structlog.dev.ConsoleRenderer(
                pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
    )


def _with_call(_logger: Any, _method: str, line: Line) -> Line:
    """Say which call a line was written in, and when and where."""
    record: logging.LogRecord = line["_record"]
    said = dict(line.pop("said", None) or {})
    trace = current_trace()
    if trace is not None:
        said = {
            "call": str(trace.call_id),
            "organization": str(trace.organization_id),
            "tool": trace.tool,
            "trace": f"{trace.trace_id:032x}",
            "span": f"{trace.span_id:016x}",
            **said,
        }
    at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
    line["level"], line["logger"] = record.levelname.lower(), record.name
    line["timestamp"] = at.isoformat(timespec="milliseconds")
    line["said"] = said
    return line


def _with_mask(_logger: Any, _method: str, line: Line) -> Line:
    """Hide secrets, in the message, the traceback and what is said beside them."""
    for name in ("event", "exception", "stack", "said"):
        if name in line:
            line[name] = masked(line[name])
    return line


_PREPARED = (
    ExtraAdder(allow=["said"]),
    _with_call,
    structlog.processors.format_exc_info,
    structlog.processors.StackInfoRenderer(),
    _with_mask,
)


def _in_schema(line: Line, process: str) -> dict[str, Any]:
    said = line["said"]
    told: dict[str, Any] = {
        "@timestamp": line["timestamp"],
        "log.level": line["level"],
        "message": line["event"],
        "ecs.version": ECS_VERSION,
        "service.name": f"morello-{process}",
        "process.pid": os.getpid(),
        "log.logger": line["logger"],
    }
    told |= {_FIELDS[name]: value for name, value in said.items() if name in _FIELDS}
    labels = {name: value for name, value in said.items() if name in _OF_OURS}
    if labels:
        told["labels"] = labels
    if "elapsed_ms" in said:
        told["event.duration"] = int(said["elapsed_ms"] * 1e6)
    if "exception" in line:
        told["error.stack_trace"] = line["exception"]
    return told


def _in_order(_logger: Any, _method: str, line: Line) -> Line:
    """Put a line as people read it; nothing in it may move the cursor or begin a line."""
    said = {
        name: value for name, value in line.pop("said").items() if name not in {"trace", "span"}
    }
    line.update({name: _harmless(str(value)) for name, value in said.items()})
    line["event"] = _harmless(str(line["event"])).replace("\n", "\\n")
    for name in ("exception", "stack"):
        if name in line:
            line[name] = _harmless(line[name])
    line["timestamp"] = line["timestamp"][11:23]
    return line


def _harmless(text: str) -> str:
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)

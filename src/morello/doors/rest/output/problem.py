"""Problems: an error as `application/problem+json` (RFC 9457), in the caller's language."""

import math
import uuid
from typing import Any

import orjson

from morello.doors.rest.output.answer import Answer, Header
from morello.kernel.errors import (
    ApprovalRequired,
    Busy,
    MorelloError,
    Unauthenticated,
    Unavailable,
)
from morello.kernel.messages import Message, render

MEDIA_TYPE = b"application/problem+json"
TYPE = "/docs#error-"
"""A problem's type is this and its code: where the reference explains it."""

_METHOD = "error.invalid_input.rest.method"
STATUSES = {
    # What only a door can find wrong has statuses of its own.
    "error.invalid_input.rest.company_header": 400,
    "error.invalid_input.rest.company": 400,
    "error.invalid_input.rest.header_twice": 400,
    "error.invalid_input.rest.query": 400,
    "error.invalid_input.rest.json": 400,
    "error.invalid_input.rest.json_depth": 400,
    "error.invalid_input.rest.json_object": 400,
    "error.invalid_input.rest.nul": 400,
    "error.invalid_input.rest.multipart": 400,
    "error.invalid_input.rest.approval": 400,
    "error.invalid_input.rest.last_event": 400,
    "error.timed_out.rest.body": 408,
    _METHOD: 405,
    "error.invalid_input.rest.media_type": 415,
    "error.invalid_input.rest.host": 421,
}
"""Statuses of errors whose kind alone does not say it all."""

_UNAVAILABLE_RETRY_S = 5.0
_REALM = b'Bearer realm="morello"'
_FIELDS_MAX = 50


def status_of(error: MorelloError) -> int:
    """Return the HTTP status of an error."""
    return STATUSES.get(error.message.id, error.status)


def every_code() -> list[tuple[str, int]]:
    """Return the codes of the error tree with their usual statuses, by status."""
    kinds, waiting = set[type[MorelloError]](), [MorelloError]
    while waiting:
        found = waiting.pop().__subclasses__()
        waiting += found
        kinds |= set(found)
    return sorted(((each.code, each.status) for each in kinds), key=lambda each: each[::-1])


def body_of(
    error: MorelloError, language: str, *, instance: str, call: uuid.UUID | None = None
) -> dict[str, Any]:
    """Return the members of a problem. `message` lets a program rebuild the very error."""
    body: dict[str, Any] = {
        "type": f"{TYPE}{error.code}",
        "title": render(Message(id=f"rest.title.{error.code}"), language),
        "status": status_of(error),
        "detail": render(error.message, language),
        "code": error.code,
        "next": render(error.next_step, language),
        "instance": instance,
        "message": {"id": error.message.id, "parameters": error.message.parameters},
    }
    if call is not None:
        body["call"] = str(call)
    fields = error.message.parameters.get("fields")
    if isinstance(fields, list):
        body["errors"] = fields[:_FIELDS_MAX]
    if isinstance(error, ApprovalRequired):
        body["approval"] = error.message.parameters.get("approval")
    return body


def encoded(body: dict[str, Any]) -> bytes:
    """Return a problem as JSON; what JSON does not know is text."""
    return orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS)


def problem(
    error: MorelloError, language: str, *, instance: str, call: uuid.UUID | None = None
) -> Answer:
    """Answer with an error."""
    body = encoded(body_of(error, language, instance=instance, call=call))
    headers: list[Header] = [
        (b"content-type", MEDIA_TYPE),
        (b"content-language", language.encode()),
    ]
    wait_s = _retry_after_s(error)
    if wait_s is not None:
        headers.append((b"retry-after", b"%d" % max(1, math.ceil(wait_s))))
    if isinstance(error, Unauthenticated):
        headers.append((b"www-authenticate", _REALM))
    if call is not None:
        headers.append((b"x-call-id", str(call).encode()))
    if error.message.id == _METHOD:
        headers.append((b"allow", str(error.message.parameters["allowed"]).encode()))
    return Answer(status_of(error), headers, body)


def _retry_after_s(error: MorelloError) -> float | None:
    if isinstance(error, Busy):
        return error.retry_after_s
    if isinstance(error, Unavailable):
        return float(error.message.parameters.get("retry_after_s", _UNAVAILABLE_RETRY_S))
    return None

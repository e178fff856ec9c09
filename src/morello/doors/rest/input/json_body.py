"""A JSON body: read within limits of size and depth."""

from typing import Any

import orjson

from morello.doors.rest.asked import Asked
from morello.kernel.errors import InvalidInput
from morello.kernel.limits import INPUT_BYTES_MAX

DEPTH_MAX = 64
_PROBLEM_LENGTH_MAX = 200


async def read(asked: Asked, bytes_max: int = INPUT_BYTES_MAX) -> dict[str, Any]:
    """Return the object of a body; an empty body is an empty object.

    Raises InvalidInput for what is no JSON object, or is nested too deeply, and TooLarge.
    """
    body = await asked.body(bytes_max)
    if not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        problem = str(error)[:_PROBLEM_LENGTH_MAX]
        raise InvalidInput("rest.json", problem=problem) from None
    if not isinstance(value, dict):
        raise InvalidInput("rest.json_object")
    if body.count(b"{") + body.count(b"[") > DEPTH_MAX and _depth(value) > DEPTH_MAX:
        raise InvalidInput("rest.json_depth", depth_max=DEPTH_MAX)
    if b"\\u0000" in body and _has_nul(value):
        raise InvalidInput("rest.nul")
    return value


def _depth(value: Any) -> int:
    """Return how deep a value is nested, without going down itself: it may be very deep."""
    level, depth = [value], 0
    while level:
        depth += 1
        inner = [each for each in level if isinstance(each, dict | list)]
        level = [
            item
            for each in inner
            for item in (each.values() if isinstance(each, dict) else each)
            if isinstance(item, dict | list)
        ]
    return depth


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any("\x00" in key or _has_nul(each) for key, each in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))

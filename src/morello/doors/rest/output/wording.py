"""Outputs as JSON, their messages also in words of the caller's language."""

from typing import Any

import orjson
from pydantic import BaseModel

from morello.doors.rest.output.shape import Shape
from morello.kernel.messages import Message, render

_MESSAGE_KEYS = {"id", "parameters"}


def to_json(output: BaseModel, language: str) -> bytes:
    """Return an output as JSON; each message in it says its `text`, too."""
    raw: bytes = output.__pydantic_serializer__.to_json(output)
    if not Shape.of(type(output)).has_words or b'"parameters"' not in raw:
        return raw
    return orjson.dumps(worded(orjson.loads(raw), language))


def worded(value: Any, language: str) -> Any:
    """Return plain values in which each message also says its `text`."""
    if isinstance(value, dict):
        inside = {key: worded(each, language) for key, each in value.items()}
        if value.keys() == _MESSAGE_KEYS and isinstance(value["id"], str):
            inside["text"] = render(Message.model_validate(value), language)
        return inside
    if isinstance(value, list):
        return [worded(each, language) for each in value]
    return value

"""Records in JSON text: one by line, or one after the other in an array, each judged sound."""

import dataclasses
import json
import math
import re
from collections.abc import Iterator
from typing import Any

from morello.data.catalog.version import Rejected
from morello.data.ingest.formats.source import RECORD_BYTES_MAX, cut
from morello.kernel.errors import BadFile
from morello.kernel.limits import NESTING_DEPTH_MAX
from morello.kernel.messages import Message

SPACE = " \t\r\n"
_SPACES = re.compile(r"[ \t\r\n]*")

Numbered = tuple[int, Any]
"""A record (its text, or what it holds) and its 1-based line or place; or why it is none."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where in which file."""

    name: str
    record: int

    def broken(self, problem: Message) -> BadFile:
        """Return the error that says so."""
        return BadFile("json", name=self.name, place=self.record, problem=problem)


def from_lines(chunks: Iterator[str]) -> Iterator[Numbered]:
    """Yield the lines that are not blank."""
    rest, number, is_skipping = "", 0, False
    for chunk in chunks:
        lines = (rest + chunk).split("\n")
        rest = lines.pop()
        for line in lines:
            number += 1
            if is_skipping:
                is_skipping = False
            elif line.strip(SPACE):
                yield number, line
        if len(rest) > RECORD_BYTES_MAX:
            if not is_skipping:
                reason = _reason("long_text", characters_max=RECORD_BYTES_MAX)
                yield number + 1, Rejected(line=number + 1, reason=reason, text=cut(rest))
            rest, is_skipping = "", True
    if rest.strip(SPACE) and not is_skipping:
        yield number + 1, rest


def from_array(chunks: Iterator[str], name: str) -> Iterator[Numbered]:
    """Yield the elements of a top-level array. Raises BadFile where it is broken."""
    decoder = json.JSONDecoder(parse_constant=_no_constant, parse_float=_real)
    text, at, number = next(chunks, "").lstrip(SPACE)[1:], 0, 0
    is_over, after_value = False, False
    while True:
        at = _SPACES.match(text, at).end()  # type: ignore[union-attr] # matches nothing too
        if at < len(text) and text[at] == "]":
            break
        if after_value and at < len(text):
            if text[at] != ",":
                raise Place(name, number + 1).broken(_reason("no_comma"))
            at, after_value = at + 1, False
            continue
        value, end = _element(decoder, text, at, Place(name, number + 1))
        # A number that ends with the text may go on; so may anything that did not decode.
        if end is not None and (end < len(text) or is_over):
            number += 1
            yield number, value
            at, after_value = end, True
            continue
        if is_over or len(text) - at > RECORD_BYTES_MAX:
            problem = "array_end" if is_over else "broken_value"
            raise Place(name, number + 1).broken(_reason(problem))
        more = next(chunks, None)
        is_over = more is None
        text, at = text[at:] + (more or ""), 0
    left = text[at + 1 :] + "".join(chunks)
    if left.strip(SPACE):
        raise Place(name, number + 1).broken(_reason("text_after"))


def _element(decoder: json.JSONDecoder, text: str, at: int, place: Place) -> tuple[Any, int | None]:
    if at == len(text):
        return None, None
    try:
        value, end = decoder.raw_decode(text, at)
        _assert_sound(value, text[at:end])
    except json.JSONDecodeError:
        return None, None
    except (ValueError, RecursionError) as error:
        raise place.broken(_problem(error)) from None
    return value, end


def loaded(place: int, line: str) -> Any:
    """Return a record, or why it is none."""
    try:
        record = json.loads(line, parse_constant=_no_constant, parse_float=_real)
        _assert_sound(record, line)
    except (ValueError, RecursionError) as error:
        return Rejected(line=place, reason=_problem(error), text=cut(line))
    return record


def _assert_sound(record: Any, text: str) -> None:
    """Raise ValueError for half characters, which no text may hold, and for deep nesting."""
    if not text.isascii():
        text.encode()
    if "\\u" in text:
        json.dumps(record, ensure_ascii=False).encode()
    if _depth(record) > NESTING_DEPTH_MAX:
        raise _Unsound(_too_deep())


class _Unsound(ValueError):
    """JSON that is well written, but holds what cannot be kept."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.id)
        self.reason = reason


def _problem(error: Exception) -> Message:
    if isinstance(error, _Unsound):
        return error.reason
    if isinstance(error, RecursionError):
        return _too_deep()
    if isinstance(error, UnicodeError):
        return _reason("characters")
    if isinstance(error, json.JSONDecodeError):
        return _reason("json", problem=error.msg, column=error.colno)
    return _reason("number")  # of more digits than Python takes


def _too_deep() -> Message:
    return _reason("nested", depth_max=NESTING_DEPTH_MAX)


def _reason(case: str, **parameters: Any) -> Message:
    return Message(id=f"data.rejected.{case}", parameters=parameters)


def _no_constant(name: str) -> None:
    """Take NaN and Infinity, which are not JSON but are written, as missing."""


def _real(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _Unsound(_reason("number"))
    return number


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
    return depth

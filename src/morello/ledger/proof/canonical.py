r"""Canonical JSON: one spelling for a value, so that a digest of it means something.

Object keys sorted by code point and never repeated; no white space; UTF-8 with only `"`, `\` and
control characters escaped; integers in decimal; floats as the shortest digits that read back as
the same IEEE 754 double (Python's `repr`); NaN and infinities have no spelling. The encoding is
that of `json.dumps(sort_keys=True, separators=(",", ":"), ensure_ascii=False)`.
"""

import datetime
import enum
import json
import math
import uuid
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeGuard

import orjson
from pydantic import BaseModel

from morello.kernel.errors import InvalidInput, ProofFailed

DEPTH_MAX = 32
"""Deepest nesting of lists and objects."""


_PLAIN = frozenset({str, int, bool, type(None)})
_NESTING = frozenset({dict, list})
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
_EMPTY = b"{}"
_FLOAT_MIN, _FLOAT_MAX = 1e-4, 1e16
"""Between these, both libraries write a float without an exponent, and so alike."""


def plain(value: Any, depth_max: int = DEPTH_MAX) -> Any:
    """Return a copy made of None, bool, int, float, str, list and dict only.

    Identifiers, dates, enumerations and models become what JSON has for them, sets are sorted,
    and non-finite floats become the texts `NaN`, `Infinity`, `-Infinity`.
    Raises InvalidInput for anything else, and for nesting deeper than `depth_max`.
    """
    if type(value) in _PLAIN:
        return value
    if type(value) in _NESTING:  # with the one above, most values: so the quick ways come first
        return _nested(value, depth_max)
    if isinstance(value, enum.Enum):
        return plain(value.value, depth_max)
    if isinstance(value, str | int | float | uuid.UUID | datetime.date):
        return _scalar(value)
    return _nested(value, depth_max)


def is_object(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Tell whether a value is what JSON calls an object."""
    return isinstance(value, Mapping)


def is_array(value: object) -> TypeGuard[Sequence[Any]]:
    """Tell whether a value is what JSON calls an array."""
    return isinstance(value, list | tuple)


def _is_set(value: object) -> TypeGuard[AbstractSet[Any]]:
    return isinstance(value, AbstractSet)


def _scalar(value: str | float | uuid.UUID | datetime.date) -> str | int | float:
    if isinstance(value, str | uuid.UUID):
        return str(value)
    if isinstance(value, datetime.date):  # a datetime is a date, too
        return value.isoformat()
    if isinstance(value, int):
        return int(value)
    if math.isfinite(value):
        return float(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _nested(value: Any, depth_max: int) -> Any:
    if depth_max == 0:
        raise InvalidInput("event_depth", depth_max=DEPTH_MAX)
    if is_object(value):
        return {_key(key): plain(item, depth_max - 1) for key, item in value.items()}
    if is_array(value):
        return [plain(item, depth_max - 1) for item in value]
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json"), depth_max)
    if _is_set(value):
        return sorted((plain(item, depth_max - 1) for item in value), key=encode)
    raise InvalidInput("event_value", type=type(value).__name__)


def _key(key: Any) -> str:
    if type(key) is str:
        return key
    name = plain(key)
    if not isinstance(name, str):
        raise InvalidInput("event_value", type=f"{type(key).__name__} as a key")
    return name


def encode(value: Any) -> bytes:
    """Return the one spelling of a plain value. Raises InvalidInput when it has none."""
    if _is_common(value):
        try:
            return _dumped(value)  # the same, ten times faster
        except TypeError:  # beyond 64 bits, a key that is no text, half of a surrogate pair
            pass
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError):  # UnicodeEncodeError is a ValueError
        raise InvalidInput("event_value", type=type(value).__name__) from None


def encode_group(group: Mapping[str, Any]) -> bytes:
    """Return the spelling of an object, as `encode` does; most of ours are flat, and texts."""
    if not group:
        return _EMPTY
    for each in group.values():
        if type(each) is not str and not _is_common(each):
            return encode(group)
    try:
        return _dumped(group)
    except TypeError:
        return encode(group)


def _dumped(value: Any) -> bytes:
    """Return a copy: what orjson gives holds 4 KB of memory, however short it is."""
    return bytes(memoryview(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))


def _is_common(value: Any) -> bool:
    """Tell whether a value holds nothing that orjson spells in another way."""
    kind = value.__class__
    if kind is dict:
        value = value.values()
    elif kind is not list:
        return kind in _PLAIN or (kind is float and _is_common_float(value))
    for each in value:  # noqa: SIM110 - a generator for `all` costs more than the loop
        if type(each) is not str and not _is_common(each):
            return False
    return True


def _is_common_float(value: float) -> bool:
    return _FLOAT_MIN <= abs(value) < _FLOAT_MAX or value == 0


def utf8(text: str) -> bytes:
    """Return a text's bytes. Raises InvalidInput for half of a surrogate pair, which has none."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidInput("event_value", type="str") from None


def decode(data: bytes) -> Any:
    """Return the value. Raises ProofFailed unless `data` is the very spelling `encode` gives."""
    try:
        value = json.loads(data.decode("utf-8"))
        if encode(plain(value)) != data:
            raise ProofFailed("not_canonical")
    except (ValueError, RecursionError, InvalidInput):
        raise ProofFailed("not_canonical") from None
    return value

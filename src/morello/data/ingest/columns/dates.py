"""Dates and times: ISO 8601 as it stands, and d/m/y forms only when one reading fits them all."""

import functools
import re

import pyarrow as pa
import pyarrow.compute as pc

from morello.data.ingest.columns.kind import Kind

_TIME = r"(?:[ T](?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?))?"
_LOOKS_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOOKS_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:.*)?")
_LOOKS_ZONED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T].*(Z|[+-][0-9]{2}:?[0-9]{2})")
_LOOKS_OTHER = re.compile(r"[0-9]{1,4}[/. -]{1,2}[0-9]{1,2}[/. -]{1,2}[0-9]{1,4}\.?([ T].*)?")

_YEAR, _MONTH, _DAY = "(?P<y>[0-9]{4})", "(?P<m>[0-9]{1,2})", "(?P<d>[0-9]{1,2})"


def _cast(text: pa.StringArray, to: pa.DataType) -> pa.Array | None:
    try:
        return pc.cast(text, to)
    except pa.ArrowInvalid:
        return None


def _stamp(text: pa.StringArray) -> pa.Array | None:
    # Arrow also takes `2024-01-05 10`; an hour alone is rather something else.
    partly = pc.match_substring_regex(text, "^.{10}[ T][0-9]{1,2}$")
    return None if pc.any(partly).as_py() else _cast(text, pa.timestamp("us"))


def _zoned(text: pa.StringArray) -> pa.Array | None:
    return _cast(text, pa.timestamp("us", "UTC"))


def _other(text: pa.StringArray, pattern: str, to: pa.DataType) -> pa.Array | None:
    """Write the date in ISO order, and let Arrow check that there is such a day."""
    parts = pc.extract_regex(text, pattern)
    if parts.null_count > text.null_count:
        return None
    year, month, day = (pc.struct_field(parts, name) for name in ("y", "m", "d"))
    day = pc.binary_join_element_wise(
        year, pc.utf8_lpad(month, 2, "0"), pc.utf8_lpad(day, 2, "0"), "-"
    )
    time = pc.struct_field(parts, "time")
    has_time = pc.greater(pc.utf8_length(time), 0)
    if to == pa.date32():
        return None if pc.any(has_time).as_py() else _cast(day, to)
    # A short `9:05` is written `09:05`.
    padded = pc.replace_substring_regex(time, "^([0-9]):", r"0\1:")
    whole = pc.if_else(has_time, pc.binary_join_element_wise(day, padded, " "), day)
    return _cast(whole, to)


def _form(name: str, order: tuple[str, str, str], rival: str = "") -> list[Kind]:
    """Return the kinds of one order of day, month and year: as a date, and with a time."""
    kinds = []
    pattern = "^" + r"(?:[/-]|\. ?)".join(order) + r"\.?" + _TIME + "$"
    for suffix, to in (("", pa.date32()), (" time", pa.timestamp("us"))):
        convert = functools.partial(_other, pattern=pattern, to=to)
        against = rival + suffix if rival else ""
        kinds.append(Kind(name + suffix, to, _LOOKS_OTHER, convert, rival=against, said=True))
    return kinds


_DAY_FIRST = _form("day/month/year", (_DAY, _MONTH, _YEAR), rival="month/day/year")
_MONTH_FIRST = _form("month/day/year", (_MONTH, _DAY, _YEAR), rival="day/month/year")

DATES: tuple[Kind, ...] = (
    Kind("date", pa.date32(), _LOOKS_ISO, lambda text: _cast(text, pa.date32())),
    Kind("timestamp", pa.timestamp("us"), _LOOKS_STAMP, _stamp),
    Kind("zoned timestamp", pa.timestamp("us", "UTC"), _LOOKS_ZONED, _zoned),
    *_form("year/month/day", (_YEAR, _MONTH, _DAY)),
    *_DAY_FIRST,
    *_MONTH_FIRST,
)

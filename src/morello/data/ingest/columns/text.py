"""Arrow text arrays, looked at as bytes: the cheap questions that types are decided by."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = ("NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "None", "-")
"""Words for a missing value. They count as missing only in columns that are not text."""

as_text = re.compile(".*", re.DOTALL)
"""What text looks like: anything."""

_ZERO, _NINE, _MINUS = 0x30, 0x39, 0x2D


def first_value(text: pa.StringArray) -> str | None:
    """Return the first value that is neither missing nor a word for missing."""
    if text.null_count == len(text):
        return None
    for index in range(min(len(text), 64)):
        value = text[index].as_py()
        if value is not None and value.strip() and value.strip() not in MISSING:
            return str(value)
    left = pc.drop_null(tidy(text))
    return str(left[0].as_py()) if len(left) else None


def tidy(text: pa.StringArray) -> pa.StringArray:
    """Trim spaces around values, and make words for missing values missing."""
    trimmed = pc.ascii_trim_whitespace(text)
    absent = pc.is_in(trimmed, value_set=pa.array([*MISSING, ""]))
    return pc.if_else(absent, pa.scalar(None, pa.string()), trimmed)


def has_leading_zero(text: pa.StringArray) -> bool:
    """Tell whether a value starts with a zero and another digit, as codes do and numbers do not.

    `0x1F` counts too: the zero is followed by something that is neither a point nor an exponent.
    """
    letters, starts, lengths = _bytes(text)
    starts, lengths = starts[lengths > 1], lengths[lengths > 1]
    if not len(starts):
        return False
    signed = letters[starts] == _MINUS
    if signed.any():
        keep = ~signed | (lengths > 2)  # noqa: PLR2004 - a sign, a zero, and one more
        starts = (starts + signed)[keep]
    second = letters[starts + 1]
    digit = (second >= _ZERO) & (second <= _NINE)
    return bool(((letters[starts] == _ZERO) & (digit | np.isin(second, (0x78, 0x58)))).any())


def _bytes(text: pa.StringArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the letters, and where each value starts and how long it is."""
    _, offsets, data = text.buffers()
    count = len(text) + 1
    bounds = np.frombuffer(offsets, dtype=np.int32)[text.offset : text.offset + count]
    letters = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, np.uint8)
    return letters, bounds[:-1], np.diff(bounds)

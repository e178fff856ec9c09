"""Numbers: a column is one only when every value is, and nothing of it gets lost."""

import functools
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from morello.data.ingest.columns.kind import Kind
from morello.data.ingest.columns.text import has_leading_zero

_EXACT_MAX = 2.0**53
"""From here on a float no longer tells neighbouring whole numbers apart."""

CURRENCIES = ("$", "€", "£", "¥", "₩", "원")


def _cast(text: pa.StringArray, to: pa.DataType) -> pa.Array | None:
    try:
        return pc.cast(text, to)
    except pa.ArrowInvalid:
        return None


def _boolean(text: pa.StringArray) -> pa.Array | None:
    low = pc.utf8_lower(text)
    if not pc.all(pc.is_in(low, value_set=pa.array(["true", "false", None]))).as_py():
        return None
    return pc.equal(low, "true")


def _integer(text: pa.StringArray) -> pa.Array | None:
    numbers = _cast(text, pa.int64())
    if numbers is None or has_leading_zero(text):
        return None
    minus_zero = pc.any(pc.and_(pc.equal(numbers, 0), pc.not_equal(text, "0"))).as_py()
    return None if minus_zero else numbers


def _big(text: pa.StringArray) -> pa.Array | None:
    whole = pc.match_substring_regex(text, r"^(0|-?[1-9][0-9]{0,37})$")
    if not pc.all(whole, min_count=0).as_py():
        return None
    return _cast(text, pa.decimal128(38, 0))


def _float(text: pa.StringArray) -> pa.Array | None:
    numbers = _cast(text, pa.float64())
    if numbers is None or has_leading_zero(text):
        return None
    values = numbers.to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        doubtful = np.flatnonzero(np.isinf(values) | (np.abs(values) >= _EXACT_MAX))
    if len(doubtful):
        # A power of ten is meant as a float, `inf` as infinite; a long row of digits is exact.
        meant = pc.match_substring_regex(
            text.take(pa.array(doubtful)), r"^[+-]?(([0-9.]+[eE][+-]?[0-9]+)|([iI]nf(inity)?))$"
        )
        finite = pc.match_substring_regex(text.take(pa.array(doubtful)), "[eE]")
        too_large = np.isinf(values[doubtful]) & finite.to_numpy(zero_copy_only=False)
        if not pc.all(meant).as_py() or too_large.any():
            return None
    # A `nan` is a word for missing; as a number it would poison every sum.
    return None if np.isnan(values).sum() > text.null_count else numbers


def _stripped(text: pa.StringArray, pattern: str, drop: str, point: str = "") -> pa.Array | None:
    """Return floats, after the decoration is taken off."""
    if not pc.all(pc.match_substring_regex(text, pattern), min_count=0).as_py():
        return None
    plain = pc.replace_substring_regex(text, drop, "")
    if point:
        plain = pc.replace_substring(plain, point, ".")
    return _float(plain)


_GROUPED = r"^-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?$"


def _currency(symbol: str) -> Kind:
    mark = re.escape(symbol)
    amount = r"[0-9]{1,3}((,[0-9]{3})+|[0-9]*)(\.[0-9]+)?"
    pattern = rf"-?{mark} ?{amount}|-?{amount} ?{mark}"
    convert = functools.partial(_stripped, pattern=f"^({pattern})$", drop=rf"{mark}|,| ")
    return Kind(f"currency {symbol}", pa.float64(), re.compile(pattern), convert, said=True)


NUMBERS: tuple[Kind, ...] = (
    Kind("boolean", pa.bool_(), re.compile("true|false", re.IGNORECASE), _boolean),
    Kind("integer", pa.int64(), re.compile("-?[0-9]{1,19}"), _integer),
    Kind("big integer", pa.decimal128(38, 0), re.compile("-?[0-9]{1,38}"), _big, said=True),
    Kind("float", pa.float64(), re.compile(r"[+-]?([0-9.]+([eE][+-]?[0-9]+)?|[iI]nf.*)"), _float),
    Kind(
        "grouped number",
        pa.float64(),
        re.compile(_GROUPED),
        functools.partial(_stripped, pattern=_GROUPED, drop=","),
        rival="decimal comma",
        said=True,
    ),
    Kind(
        "decimal comma",
        pa.float64(),
        re.compile("-?[0-9]+(,[0-9]+)?"),
        functools.partial(_stripped, pattern="^-?[0-9]+(,[0-9]+)?$", drop="$^", point=","),
        rival="grouped number",
        said=True,
    ),
    Kind(
        "percent",
        pa.float64(),
        re.compile(r"[+-]?[0-9]+(\.[0-9]+)? ?%"),
        functools.partial(_stripped, pattern=r"^[+-]?[0-9]+(\.[0-9]+)? ?%$", drop=" ?%"),
        said=True,
    ),
    *(_currency(symbol) for symbol in CURRENCIES),
)

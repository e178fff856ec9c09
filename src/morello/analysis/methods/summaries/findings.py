"""What is told of the columns together: correlations, coordinates, and what is approximate."""

import re
from collections.abc import Sequence

import numpy as np

from morello.analysis.methods.profile import ColumnProfile, Correlation
from morello.analysis.methods.summaries.sketches.products import Products
from morello.kernel.messages import Message

CORRELATIONS_MAX = 5000
_LATITUDE = re.compile(r"(?i)(?:^|(?<=[_\s.-]))(?:latitude|lat)(?=$|[_\s.-])|위도")
_LONGITUDE = re.compile(r"(?i)(?:^|(?<=[_\s.-]))(?:longitude|long|lng|lon)(?=$|[_\s.-])|경도")
_LATITUDE_MAX = 90.0
_LONGITUDE_MAX = 180.0


def correlations(names: Sequence[str], products: Products) -> tuple[list[Correlation], int]:
    """Return the strongest 5,000 pairs, the strongest first, and how many there are."""
    r, rows = products.correlations()
    first, second = np.triu_indices(len(names), k=1)
    known = np.isfinite(r[first, second])
    first, second = first[known], second[known]
    order = np.argsort(-np.abs(r[first, second]), kind="stable")[:CORRELATIONS_MAX]
    pairs = [
        Correlation(first=names[i], second=names[j], r=float(r[i, j]), rows=int(rows[i, j]))
        for i, j in zip(first[order], second[order], strict=True)
    ]
    return pairs, len(first)


def geographic(columns: Sequence[ColumnProfile]) -> None:
    """Mark pairs of numbers that are named and bounded like latitude and longitude."""
    longitudes = {
        _LONGITUDE.sub(_same_script, column.name): column
        for column in columns
        if _LONGITUDE.search(column.name) and _is_within(column, _LONGITUDE_MAX)
    }
    for column in columns:
        if _LATITUDE.search(column.name) and _is_within(column, _LATITUDE_MAX):
            partner = longitudes.get(_LATITUDE.sub(_same_script, column.name))
            if partner is not None and partner is not column:
                column.kind = partner.kind = "geographic"


def _same_script(found: re.Match[str]) -> str:
    return "*" if found[0].isascii() else "**"


def notes(columns: Sequence[ColumnProfile], *, correlated: int, pairs: int) -> list[Message]:
    """Say what is approximate or left out, and by how much."""
    quantiles = [column for column in columns if column.quantile_rank_error]
    distinct = [column for column in columns if column.distinct_error]
    frequent = [column for column in columns if column.top_error]
    sampled = [column for column in columns if 0 < column.pattern_rows < column.rows - column.nulls]
    outside = [column for column in columns if column.outliers and column.outliers.error]
    decimals = [column for column in columns if column.type.startswith("decimal")]
    numbers = sum(1 for column in columns if column.kind in {"number", "geographic"})
    found = [
        _note(
            "quantiles", quantiles, error=max((c.quantile_rank_error for c in quantiles), default=0)
        ),
        _note("distinct", distinct, error=max((c.distinct_error for c in distinct), default=0)),
        _note("top", frequent, error=max((c.top_error for c in frequent), default=0)),
        _note("patterns", sampled),
        _note("outliers", outside, error=max((c.quantile_rank_error for c in outside), default=0)),
        _note("decimals", decimals),
    ]
    if numbers > correlated:
        found.append(_message("correlated_columns", used=correlated, numbers=numbers))
    if pairs > CORRELATIONS_MAX:
        found.append(_message("correlations", shown=CORRELATIONS_MAX, pairs=pairs))
    return [note for note in found if note is not None]


def _note(case: str, columns: Sequence[ColumnProfile], **parameters: float) -> Message | None:
    return _message(case, columns=len(columns), **parameters) if columns else None


def _message(case: str, **parameters: float) -> Message:
    return Message(id=f"profile.note.{case}", parameters=parameters)


def _is_within(column: ColumnProfile, bound: float) -> bool:
    least, greatest = column.minimum, column.maximum
    if column.kind != "number" or isinstance(least, str) or isinstance(greatest, str):
        return False
    return least is not None and greatest is not None and -bound <= least <= greatest <= bound

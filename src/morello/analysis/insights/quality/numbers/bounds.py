"""Numbers beyond what their column's name allows: negative counts, latitudes above 90."""

import re

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.quality.trouble import Trouble
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.profile import ColumnProfile

NEGATIVE_SHARE_MAX = 0.01
"""Where more are negative, negative is ordinary."""
BEYOND_SHARE_MAX = 0.03
"""Where more are beyond the bounds, the name means something else."""
COLUMNS_MAX = 200
_POSITIVE_NAME = re.compile(
    r"quant|qty|count|price|amount|age|weight|height|distance|duration|minutes|hours|size|stock"
    r"|수량|가격|나이|무게|시간|금액",
    re.IGNORECASE,
)


def _word(words: str, korean: str = "$^") -> re.Pattern[str]:
    return re.compile(rf"(^|[_\s.-])({words})($|[_\s.-])|{korean}", re.IGNORECASE)


_BOUNDS: tuple[tuple[re.Pattern[str], float, float], ...] = (
    (_word("latitude|lat", "위도"), -90, 90),
    (_word("longitude|long|lng|lon", "경도"), -180, 180),
    (_word("age", "나이|연령"), 0, 125),
    (_word("month", "(^|_)월$"), 1, 12),
    (_word("hour|hour_of_day", "(^|_)시$"), 0, 24),
    (_word("weekday|day_of_week|dow", "요일"), 0, 7),
    (_word("humidity|battery|battery_level", "습도"), 0, 100),
    (_word("ph"), 0, 14),
    (_word("share|fraction|probability|prob", "확률"), 0, 1),
    (_word("percent|percentage|pct", "퍼센트|백분율"), 0, 100),
)


def find_beyond_bounds(subject: Subject, search: Search) -> None:
    """Compare the least and greatest number of each column with what its name allows."""
    for column in subject.profile.columns[:COLUMNS_MAX]:
        if column.kind != "number" or column.type.startswith("duration"):
            continue
        bounds = next((each[1:] for each in _BOUNDS if each[0].search(column.name)), None)
        if bounds is not None and _leaves(column, *bounds):
            search.candidates.append(_beyond(column, *bounds).candidate(subject))
        elif (
            0 < column.negatives <= NEGATIVE_SHARE_MAX * (column.rows - column.nulls)
            and column.name not in subject.bounds
            and _POSITIVE_NAME.search(column.name)
        ):
            search.candidates.append(_negative(column).candidate(subject))


def _leaves(column: ColumnProfile, low: float, high: float) -> bool:
    least, most = column.minimum, column.maximum
    if not isinstance(least, int | float) or not isinstance(most, int | float):
        return False
    ordinary = [column.quantiles.get(each) for each in ("0.05", "0.95")]
    inside = all(each is not None and low <= each <= high for each in ordinary)
    return inside and not low <= least <= most <= high


def _beyond(column: ColumnProfile, low: float, high: float) -> Trouble:
    number = query.number(column.name, column.type)
    return Trouble(
        kind="beyond_bounds",
        columns=[column.name],
        where=f"({number} < {query.value(low)} OR {number} > {query.value(high)})",
        parameters={"low": low, "high": high},
        share_max=BEYOND_SHARE_MAX,
        effect=0.9,
    )


def _negative(column: ColumnProfile) -> Trouble:
    number = query.number(column.name, column.type)
    return Trouble(kind="negative", columns=[column.name], where=f"{number} < 0")

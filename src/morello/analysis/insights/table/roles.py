"""What part each column can play: measure, dimension, time, identifier."""

import dataclasses
import re
from collections.abc import Iterable

from morello.analysis.methods.profile import ColumnProfile, Profile
from morello.kernel.messages import Message

MEASURES_MAX = 24
DIMENSIONS_MAX = 16
GROUPS_MAX = 50
"""Different values that a dimension may have."""
ROWS_PER_GROUP_MIN = 8
_IDENTIFIER_NAME = re.compile(
    r"(^|[_\s.-])(ids?|uuid|guid|key|code|number|nr|no|zip|zipcode|postcode|phone|sku|ean)$"
    r"|[a-z](Id|ID|Key|Code)$|번호$|코드$|아이디$",
    re.IGNORECASE,
)
_YEAR_NAME = re.compile(r"(^|[_\s])(year|yr|jahr)$|연도$|년도$", re.IGNORECASE)
_YEARS = (1500, 2200)
_CLASS_NAME = re.compile(
    r"(^|[_\s])(target|class|label|species|cluster|type|kind|category|group|status|sex|gender)$"
    r"|종류$|구분$|유형$|성별$",
    re.IGNORECASE,
)
_OUTCOME_NAME = re.compile(
    r"(^|[_\s])(target|outcome|label|class|churn|churned|y)$|결과$|정답$", re.IGNORECASE
)
_CLASSES_MAX = 12
_MONEY_NAME = re.compile(
    r"amount|revenue|sales|turnover|profit|price|cost|total|매출|금액|수익|비용", re.IGNORECASE
)
_MONEY_WEIGHT = 1.5
_DISTINCT_SHARE_OF_KEY = 0.9
_MEASURE_DISTINCT_MIN = 3
_BINARY = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Roles:
    """Columns by the part they play, in the table's order. A column may play several, or none."""

    measures: list[ColumnProfile]
    dimensions: list[ColumnProfile]
    entities: list[ColumnProfile]
    """Things that come again, too many to be a dimension: customers, items."""
    times: list[ColumnProfile]
    """Dates and timestamps, the most complete first."""
    identifiers: list[ColumnProfile]
    """Numbers and texts that name a row or a thing; never added up or averaged."""
    notes: list[Message]


def roles_of(profile: Profile) -> Roles:
    """Give every column its parts; beyond a limit, say so in the notes."""
    columns = [each for each in profile.columns if _values(each) > 0]
    identifiers = [each for each in columns if is_identifier(each)]
    named = {each.name for each in identifiers}
    measures = [
        each
        for each in columns
        if each.kind in ("number", "geographic")
        and not each.type.startswith("duration")
        and not is_year(each)
        and not _is_class(each)
        and each.name not in named
        and each.distinct >= _MEASURE_DISTINCT_MIN
    ]
    dimensions = [each for each in columns if _is_dimension(each, named)]
    grouped = {each.name for each in dimensions}
    entities = [
        each
        for each in columns
        if each.name not in grouped
        and (each.kind in ("category", "text") or each.name in named)
        and each.kind not in ("time", "nested")
        and 10 <= each.distinct <= 0.5 * _values(each)  # noqa: PLR2004 - comes twice on average
    ]
    times = [each for each in columns if is_time(each)]
    times += [each for each in columns if is_year(each)]
    notes: list[Message] = []
    return Roles(
        _first(measures, MEASURES_MAX, "measures", notes),
        _first(dimensions, DIMENSIONS_MAX, "dimensions", notes),
        entities[:4],
        sorted(times, key=lambda each: each.nulls),
        identifiers,
        notes,
    )


def is_identifier(column: ColumnProfile) -> bool:
    """Tell whether a column names things: by its name, or whole numbers that hardly recur."""
    if column.kind in ("time", "boolean", "nested", "geographic", "empty") or is_year(column):
        return False
    looks_so = has_identifier_name(column)
    key = column.distinct >= _DISTINCT_SHARE_OF_KEY * _values(column)
    if column.kind == "number":
        return column.type.startswith(("int", "uint")) and (
            looks_so or (key and _values(column) > GROUPS_MAX and _is_dense(column))
        )
    return looks_so or key


def has_identifier_name(column: ColumnProfile) -> bool:
    """Tell whether a column's name says that it names things."""
    return _IDENTIFIER_NAME.search(column.name) is not None


def is_outcome(name: str | None) -> bool:
    """Tell whether a column's name says that it is what somebody wants to predict."""
    return name is not None and _OUTCOME_NAME.search(name) is not None


def weight_of(column: ColumnProfile | None) -> float:
    """Return how much rather a measure is told of than those that move along: money first."""
    return _MONEY_WEIGHT if column is not None and _MONEY_NAME.search(column.name) else 1.0


def is_time(column: ColumnProfile) -> bool:
    """Tell whether a column holds dates or moments, rather than times of day or durations."""
    return column.kind == "time" and column.type.startswith(("date", "timestamp"))


def is_year(column: ColumnProfile) -> bool:
    """Tell whether a column holds years as numbers."""
    return (
        column.kind == "number"
        and _YEAR_NAME.search(column.name) is not None
        and _within(column, *_YEARS)
    )


def _is_class(column: ColumnProfile) -> bool:
    """Tell whether a few whole numbers stand for classes, as their name says."""
    return (
        column.kind == "number"
        and column.type.startswith(("int", "uint"))
        and column.distinct <= _CLASSES_MAX
        and _CLASS_NAME.search(column.name) is not None
    )


def _within(column: ColumnProfile, low: float, high: float) -> bool:
    least, most = column.minimum, column.maximum
    return (
        isinstance(least, int | float)
        and isinstance(most, int | float)
        and (low <= least and most <= high)
    )


def _is_dense(column: ColumnProfile) -> bool:
    """Tell whether numbers fill the range they span, as running numbers do."""
    if not isinstance(column.minimum, int | float) or not isinstance(column.maximum, int | float):
        return False
    return column.maximum - column.minimum <= 3 * column.distinct


def _is_dimension(column: ColumnProfile, identifiers: Iterable[str]) -> bool:
    groups = column.distinct
    if not _BINARY <= groups <= GROUPS_MAX or _values(column) < groups * ROWS_PER_GROUP_MIN:
        return False
    if column.kind in ("boolean", "category", "text") or _is_class(column):
        return True
    return column.kind == "number" and (column.name in identifiers or groups == _BINARY)


def _values(column: ColumnProfile) -> int:
    return column.rows - column.nulls


def _first(
    columns: list[ColumnProfile], most: int, what: str, notes: list[Message]
) -> list[ColumnProfile]:
    if len(columns) <= most:
        return columns
    notes.append(
        Message(id=f"insight.note.{what}", parameters={"looked": most, "there": len(columns)})
    )
    return columns[:most]

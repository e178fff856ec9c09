"""The query for the rows behind a finding or a mark, from typed conditions."""

from collections.abc import Sequence

from morello.analysis.charts.condition import Condition, Value
from morello.analysis.insights.table import query
from morello.kernel.values import Column

_TIMES = ("date", "timestamp")
_NUMBERS = ("int", "uint", "float", "double", "halffloat", "decimal")


def rows_query(
    dataset: str,
    columns: Sequence[Column],
    conditions: Sequence[Condition],
    source: str | None = None,
) -> str:
    """Write the query for the rows that meet every condition; names and values are quoted.

    `columns` are the dataset's; `source` is a query of ours to look within, in place of the whole
    dataset.
    """
    types = {each.name: each.type for each in columns}
    where = " AND ".join(f"({_written(each, types.get(each.column, ''))})" for each in conditions)
    table = query.name(dataset) if source is None else f"({source}) AS {query.name(dataset)}"
    return f"SELECT * FROM {table}" + (f" WHERE {where}" if where else "")  # noqa: S608 - quoted


def _written(condition: Condition, kind: str) -> str:
    name = query.name(condition.column)
    match condition.how:
        case "in":
            return " OR ".join(_equal(name, each) for each in condition.values)
        case "not_in":
            return " AND ".join(f"NOT ({_equal(name, each)})" for each in condition.values)
        case "present":
            return f"{name} IS NOT NULL"
        case "absent":
            return f"{name} IS NULL"
        case "weekday" | "month_of_year":
            part = "isodow" if condition.how == "weekday" else "month"
            listed = ", ".join(query.value(each) for each in condition.values)
            return f"{part}({query.moment(condition.column, kind)}) IN ({listed})"
        case _:
            return _between(condition, kind)


def _equal(name: str, value: Value) -> str:
    if value is None:
        return f"{name} IS NULL"
    # Text stands for whatever the column holds: the engine reads it as the column's type.
    return f"{name} IS NOT DISTINCT FROM {query.value(value)}"


def _between(condition: Condition, kind: str) -> str:
    low, high = condition.values
    of_time = kind.startswith(_TIMES) or (
        kind.startswith(_NUMBERS) and any(isinstance(each, str) for each in (low, high))
    )
    if of_time:
        expression = query.moment(condition.column, kind)
    elif kind.startswith(_NUMBERS):
        expression = query.number(condition.column, kind)
    else:
        expression = query.name(condition.column)
    parts = []
    if low is not None:
        parts.append(f"{expression} >= {query.value(low)}")
    if high is not None:
        sign = "<=" if condition.how == "within" else "<"
        parts.append(f"{expression} {sign} {query.value(high)}")
    return " AND ".join(parts) or f"{query.name(condition.column)} IS NOT NULL"

"""The query for the rows behind a finding or a mark, from typed conditions, a page at a time."""

from collections.abc import Sequence

from sqlglot import exp

from morello.analysis.charts.condition import Condition, Value
from morello.analysis.charts.selection import conditions_of
from morello.analysis.insights.finding import Finding
from morello.analysis.insights.table import query
from morello.data.engine.query import is_ordered, parse
from morello.kernel.values import Column

_ORDERED_BY_MAX = 100

_TIMES = ("date", "timestamp")
_NUMBERS = ("int", "uint", "float", "double", "halffloat", "decimal")


def behind(finding: Finding, mark: str = "") -> tuple[str | None, list[Condition]]:
    """Return where a finding's rows are: a query of ours to look within, if any, and conditions.

    `mark` is a reference of `charts/selection.py`. Raises LookupError when the finding's picture
    has no such part.
    """
    if finding.chart is None and mark:
        raise LookupError(mark)
    if finding.chart is not None and (mark or not finding.rows_sql):
        where = conditions_of(finding.chart, mark)
        if where:
            return None, where
    if finding.rows_sql:
        return finding.rows_sql, []
    return None, [Condition(column=each, how="present") for each in finding.columns]


def page(sql: str, source: str | None, *, offset: int, rows: int) -> exp.Query:
    """Cut a page and one row more out of a query of `rows_query`.

    Rows come as they lie in the file; where `source` groups them, an order is made. Raises
    BadQuery when it is not allowed.
    """
    tree = parse(sql)
    assert isinstance(tree, exp.Select), "a SELECT of ours"
    inner = tree if source is None else parse(source)
    if inner.args.get("group") and not is_ordered(inner):
        for place in range(1, min(len(inner.expressions), _ORDERED_BY_MAX) + 1):
            tree = tree.order_by(exp.Literal.number(place))
    return tree.limit(rows + 1).offset(offset)


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
            return " AND ".join(f"({_equal(name, each)}) IS NOT TRUE" for each in condition.values)
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
    return f"{name} = {query.value(value)}"


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

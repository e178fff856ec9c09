"""Which columns a change is looked at by: those somebody names, or all with few enough values."""

from collections.abc import Sequence

from morello.analysis.insights.changes.question import Ask, Compared, as_text, column_of
from morello.analysis.insights.table import query
from morello.analysis.insights.words import say
from morello.kernel.messages import Message
from morello.kernel.values import Column

DIMENSIONS_MAX = 16
"""Columns that one question looks at; each is a query over both sides."""
VALUES_MAX = 100
"""Different values a column may have to be looked at without being named."""
NUMBERS_MAX = 12
"""The same for whole numbers, which may stand for classes."""
_LOOKED_AT_MAX = 60


def dimensions_of(
    named: Sequence[str], columns: Sequence[Column], taken: set[str], asked: tuple[Ask, str]
) -> tuple[list[str], list[Message]]:
    """Return the columns to look at and what to note; `asked` is a way to ask, and the rows.

    Raises BadQuery for a name that is no column.
    """
    if named:
        chosen = [column_of(each, columns).name for each in dict.fromkeys(named)]
        return [each for each in chosen[:DIMENSIONS_MAX] if each not in taken], []
    candidates = [each for each in columns if each.name not in taken and _may_group(each)]
    candidates = candidates[:_LOOKED_AT_MAX]
    if not candidates:
        return [], []
    ask, source = asked
    counts = {
        f"c{place}": f"approx_count_distinct({query.name(each.name)})"
        for place, each in enumerate(candidates)
    }
    row = ask(query.select(counts, source)).to_pylist()[0]
    found = [
        each.name
        for place, each in enumerate(candidates)
        if 1 < row[f"c{place}"] <= (NUMBERS_MAX if _is_whole(each) else VALUES_MAX)
    ]
    if len(found) <= DIMENSIONS_MAX:
        return found, []
    note = say("explained.note.dimensions", looked=DIMENSIONS_MAX, there=len(found))
    return found[:DIMENSIONS_MAX], [note]


def source_of(dataset: str, compared: Compared) -> str:
    """Write the rows of both sides as something to select from."""
    return f"(SELECT * FROM {query.name(dataset)} WHERE {compared.either})"  # noqa: S608 - quoted


def grouped(
    dataset: str, compared: Compared, columns: dict[str, str], dimension: str, groups_max: int
) -> str:
    """Write the query for the columns by group: those that moved most, and all others as one.

    It shows `value` (NULL where missing) and `is_rest` besides.
    """
    inner = {"value": as_text(dimension), **columns}
    change = 'abs(coalesce("value_after", 0) - coalesce("value_before", 0))'
    each_group = f"{query.select(inner, query.name(dataset), compared.either)} GROUP BY 1"
    ranked = (
        f"SELECT *, row_number() OVER (ORDER BY {change} DESC, value) AS place FROM ({each_group})"  # noqa: S608 - every part is quoted
    )
    shown = {
        "value": f"CASE WHEN place <= {groups_max} THEN value END",
        "is_rest": f"place > {groups_max}",
        "groups": "count(*)",
        **{name: f"sum({query.name(name)})" for name in columns},
    }
    return f"{query.select(shown, f'({ranked})')} GROUP BY 1, 2, least(place, {groups_max + 1})"


def _may_group(column: Column) -> bool:
    return column.type.startswith(("string", "large_string", "bool", "dictionary")) or _is_whole(
        column
    )


def _is_whole(column: Column) -> bool:
    return column.type.startswith(("int", "uint"))

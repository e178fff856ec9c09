"""Rows whose values do not go together, though each alone is ordinary."""

import collections
import functools
import math

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import Axis, Chart, Series
from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.finders.outliers import DISTINCT_MIN
from morello.analysis.insights.pictures import POINTS_MAX
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.outlying.joint import ROWS_MIN, Odd, odd_rows
from morello.analysis.methods.profile import ColumnProfile
from morello.kernel.messages import Message

COLUMNS_MAX = 16
ROWS_MAX = 40_000
"""Rows looked at, a random sample of a larger table."""
TOLD_MAX = 25
DETAILED_MAX = 5
P_MAX = 1e-3
_GAPS_MAX = 0.3
_SAME_MAX = 0.5
_FAR_MIN = 2.5
_NAMED_MAX = 4
_KEYS_MAX = 8

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def find_odd_rows(subject: Subject, search: Search) -> None:
    """Look at all measures together; rows that were told for one column stay out."""
    columns = _columns(subject)
    if len(columns) < 2:  # noqa: PLR2004 - nothing goes together with itself
        return
    table = np.column_stack([subject.numbers(each) for each in columns])
    places = _places(subject, columns)
    if len(places) < ROWS_MIN:
        return
    table = table[places]
    varies = [column for column in range(len(columns)) if np.nanstd(table[:, column]) > 0]
    columns, table = [columns[each] for each in varies], table[:, varies]
    if len(columns) < 2:  # noqa: PLR2004 - nothing goes together with itself
        return
    odd = odd_rows(table)
    search.tests.append(odd.p_value)
    if len(odd.rows) and odd.p_value <= P_MAX:
        search.candidates.append(_candidate(subject, columns, table, places, odd))


def _columns(subject: Subject) -> list[ColumnProfile]:
    """Choose measures that are mostly there, vary, and do not follow from those before them."""
    chosen: list[ColumnProfile] = []
    for each in subject.roles.measures:
        present = each.rows - each.nulls - each.not_numbers
        same = each.top[0].count if each.top else 0
        names = {each.name, *(other.name for other in chosen)}
        if (
            each.distinct >= DISTINCT_MIN
            and each.name not in subject.twins
            and present >= (1 - _GAPS_MAX) * each.rows
            and same <= _SAME_MAX * present
            and not any(formula <= names for formula in subject.formulas if each.name in formula)
        ):
            chosen.append(each)
    return chosen[:COLUMNS_MAX]


def _places(subject: Subject, columns: list[ColumnProfile]) -> Places:
    """Choose the rows in memory that were not told already."""
    told = np.zeros(subject.sample.rows, dtype=bool)
    for each in columns:
        if each.name in subject.bounds:
            raw = subject.sample.raw_numbers(each.name)
            told |= np.isnan(subject.numbers(each)) & ~np.isnan(raw)
    places = np.flatnonzero(~told)
    if len(places) <= ROWS_MAX:
        return places
    return np.sort(np.random.default_rng(0).choice(places, ROWS_MAX, replace=False))


def _candidate(
    subject: Subject, columns: list[ColumnProfile], table: Floats, places: Places, odd: Odd
) -> Candidate:
    shown = odd.rows[:TOLD_MAX]
    far = [_far(odd, row) for row in shown]
    counts = collections.Counter(column for each in far for column in each)
    often = [column for column, count in counts.most_common(_NAMED_MAX) if 2 * count > len(far)]
    named = [columns[each] for each in often or far[0]]
    keys = sorted(columns, key=lambda each: (each not in named, -each.distinct))[:_KEYS_MAX]
    where = " OR ".join(f"({_is_row(subject, keys, int(places[row]))})" for row in shown)
    largest = float(np.mean(np.abs(odd.copula.residuals[shown]).max(axis=1)))
    return Candidate(
        id=f"odd_rows:{':'.join(sorted(each.name for each in named))}",
        kind="odd_rows",
        group="outliers",
        columns=[each.name for each in named],
        p_value=odd.p_value,
        effect=min(1.0, largest / 8),
        coverage=len(shown) / max(subject.sample.rows, 1),
        surprise=0.95,
        sql=query.select({"rows": f"count(*) FILTER (WHERE {where})"}, subject.source),
        rows_sql=query.rows(subject.dataset, where),
        tell=functools.partial(
            _tell,
            [each.name for each in named],
            [_said(columns, table, odd, row, each) for row, each in zip(shown, far, strict=True)],
            _caveats(subject, len(odd.rows), len(places)),
        ),
        draw=functools.partial(_chart, columns, table, odd.rows, counts),
    )


def _far(odd: Odd, row: int) -> list[int]:
    """Return the columns that make a row odd, at least two, the oddest first."""
    sizes = np.abs(odd.copula.residuals[row])
    order = [int(each) for each in np.argsort(-sizes, kind="stable")[:_NAMED_MAX]]
    return [each for place, each in enumerate(order) if place <= 1 or sizes[each] >= _FAR_MIN]


def _is_row(subject: Subject, keys: list[ColumnProfile], place: int) -> str:
    """Write the condition for one row, by values that nobody else is likely to share."""
    conditions = []
    for each in keys:
        value = subject.sample.table.column(each.name)[place].as_py()
        name = query.name(each.name)
        conditions.append(f"{name} IS NULL" if value is None else f"{name} = {query.value(value)}")
    return " AND ".join(conditions)


def _said(
    columns: list[ColumnProfile], table: Floats, odd: Odd, row: int, far: list[int]
) -> Message:
    """Name the values of a row, and what the others lead one to expect of the oddest."""
    first = far[0]
    score = float(odd.copula.expected[row, first])
    share = math.erfc(-score / math.sqrt(2)) / 2
    expected = float(np.nanquantile(table[:, first], share))
    values = [
        say("odd_rows.value", column=columns[each].name, value=float(table[row, each]))
        for each in far
        if not np.isnan(table[row, each])
    ]
    return say("odd_rows.row", values=values, column=columns[first].name, expected=expected)


def _caveats(subject: Subject, found: int, looked: int) -> list[Message]:
    caveats = []
    if found > TOLD_MAX:
        caveats.append(say("odd_rows.more", shown=TOLD_MAX, found=found))
    if looked == ROWS_MAX or not subject.sample.is_whole:
        caveats.append(say("odd_rows.sampled", looked=looked, rows=subject.sample.total))
    return caveats


def _tell(
    columns: list[str], rows: list[Message], caveats: list[Message], numbers: Numbers
) -> Telling | None:
    count = int(numbers["rows"])
    if not count:
        return None
    form = "one" if count == 1 else "many"
    return Telling(
        say(f"odd_rows.{form}", count=count, columns=columns),
        [*rows[:DETAILED_MAX], say("odd_rows.agreed")],
        caveats,
    )


def _chart(
    columns: list[ColumnProfile], table: Floats, odd: Places, counts: collections.Counter[int]
) -> Chart:
    """Draw the two columns that matter most, the odd rows in front."""
    first, second = (each for each, _ in counts.most_common(2))
    others = np.setdiff1d(np.arange(len(table)), odd)
    others = others[~np.isnan(table[others][:, [first, second]]).any(axis=1)]
    note = None
    if len(others) > POINTS_MAX:
        note = say("chart.points", shown=POINTS_MAX, rows=len(others))
        others = np.sort(np.random.default_rng(0).choice(others, POINTS_MAX, replace=False))
    names = (columns[first].name, columns[second].name)
    return Chart(
        kind="scatter",
        title=say("chart.points_of", first=names[0], second=names[1]),
        x=Axis(title=names[0]),
        y=Axis(title=names[1]),
        series=[
            Series(x=table[others, first].tolist(), y=table[others, second].tolist()),
            Series(x=table[odd, first].tolist(), y=table[odd, second].tolist(), role="highlight"),
        ],
        note=note,
    )

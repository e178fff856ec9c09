"""What the gaps of a column come with: a value of a dimension, or a range of a number."""

import dataclasses
import functools

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import SHARE, Axis, Chart, Series
from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, say, share
from morello.analysis.methods.association import association
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.quality.absence import tenths, threshold_of
from morello.kernel.messages import Message

STRENGTH_MIN = 0.06
"""Least Cramér's V worth telling."""
DIFFERENCE_MIN = 0.08
"""Least difference between shares worth telling."""
ROWS_LOOKED_AT_MAX = 50_000
_BARS_MAX = 12

Mask = NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, slots=True)
class _Cause:
    """Where more, or less, is absent than elsewhere."""

    id: str
    inside: str
    outside: str
    p_value: float
    difference: float
    names: dict[str, object]
    kind: str
    chart: Chart | None
    by: str


def cause_of(
    subject: Subject, search: Search, columns: list[ColumnProfile], absent: Mask
) -> Candidate | None:
    """Test every dimension and every measure; return what explains the gaps best."""
    names = {each.name for each in columns}
    found = [
        *_dimensions(subject, search, names, absent),
        *_measures(subject, search, names, absent),
    ]
    if not found:
        return None
    best = max(found, key=lambda each: abs(each.difference))
    return _candidate(subject, columns, best, float(absent.mean()))


def _dimensions(subject: Subject, search: Search, names: set[str], absent: Mask) -> list[_Cause]:
    found = []
    for dimension in subject.roles.dimensions:
        if dimension.name in names:
            continue
        codes, values = subject.sample.codes(dimension.name)
        tested = association(codes, absent.astype(np.int32), (len(values), 2))
        if tested is None:
            continue
        search.tests.append(tested.p_value)
        here = codes == tested.row
        difference = float(absent[here].mean() - absent[~here].mean())
        if tested.strength < STRENGTH_MIN:
            continue
        value = values[tested.row]
        found.append(
            _Cause(
                f"{dimension.name}={plain(value)}",
                query.is_value(dimension.name, value),
                query.is_not_value(dimension.name, value),
                tested.p_value,
                difference,
                {"group": dimension.name, "value": plain(value)},
                "missing",
                _chart(
                    [str(plain(each)) for each in values],
                    codes,
                    absent,
                    (dimension.name, here, dimension.name),
                ),
                dimension.name,
            )
        )
    return found


def _measures(subject: Subject, search: Search, names: set[str], absent: Mask) -> list[_Cause]:
    step = max(1, subject.sample.rows // ROWS_LOOKED_AT_MAX)
    found = []
    for measure in subject.roles.measures:
        if measure.name in names:
            continue
        places, edges = tenths(subject.numbers(measure)[::step])
        tested = threshold_of(places, edges, absent[::step])
        if tested is None:
            continue
        search.tests.append(tested.p_value)
        if tested.strength < STRENGTH_MIN or abs(tested.difference) < DIFFERENCE_MIN:
            continue
        number = query.number(measure.name, measure.type)
        bound = query.value(tested.at)
        # Names that are numbers stand in their order.
        labels = [f"{each:.6g}" for each in (float(measure.quantiles.get("0.01", 0.0)), *edges)]
        at = int(np.searchsorted(edges, tested.at, side="right"))
        found.append(
            _Cause(
                f"{measure.name}>={tested.at:.6g}",
                f"{number} >= {bound}",
                f"{number} < {bound}",
                tested.p_value,
                tested.difference,
                {"group": measure.name, "value": tested.at},
                "missing.range",
                _chart(
                    labels,
                    places,
                    absent[::step],
                    (measure.name, places >= at, say("axis.from", group=measure.name)),
                ),
                measure.name,
            )
        )
    return found


def _candidate(
    subject: Subject, columns: list[ColumnProfile], cause: _Cause, coverage: float
) -> Candidate:
    column, *others = [each.name for each in columns]
    missing = f"{query.name(column)} IS NULL"
    counts = {
        "share": f"count(*) FILTER (WHERE {cause.inside} AND {missing})"
        f" / nullif(count(*) FILTER (WHERE {cause.inside}), 0)",
        "elsewhere": f"count(*) FILTER (WHERE {cause.outside} AND {missing})"
        f" / nullif(count(*) FILTER (WHERE {cause.outside}), 0)",
        "rows": f"count(*) FILTER (WHERE {cause.inside})",
    }
    details = [say("missing.also", columns=others)] if others else []
    where = cause.inside if cause.difference > 0 else cause.outside
    return Candidate(
        id=f"missing:{column}:{cause.id}",
        kind="missing",
        group="quality",
        columns=[column, cause.by],
        p_value=cause.p_value,
        strength=1.0,  # says more than that there are gaps
        effect=abs(cause.difference),
        coverage=coverage,
        surprise=0.8,
        sql=query.select(counts, subject.source),
        rows_sql=query.rows(subject.dataset, f"{where} AND {missing}"),
        tell=functools.partial(_tell, column, cause, details),
        draw=lambda: cause.chart,
    )


def _tell(column: str, cause: _Cause, details: list[Message], numbers: Numbers) -> Telling | None:
    here, elsewhere = numbers["share"], numbers["elsewhere"]
    if abs(here - elsewhere) < DIFFERENCE_MIN:
        return None
    way = "more" if here > elsewhere else "less"
    sentence = say(
        f"{cause.kind}.{way}",
        column=column,
        **cause.names,
        share=share(here),
        elsewhere=share(elsewhere),
    )
    rows = int(numbers["rows"])
    if cause.kind == "missing":
        details = [say("segment.rows", rows=rows, value=cause.names["value"]), *details]
    return Telling(sentence, details)


def _chart(
    labels: list[str],
    codes: NDArray[np.signedinteger],
    absent: Mask,
    by: tuple[str, Mask, Message | str],
) -> Chart:
    """Draw the share that is absent in each group, or in each tenth of a number."""
    name, inside, title = by
    used = codes >= 0
    totals = np.bincount(codes[used], minlength=len(labels))
    gone = np.bincount(codes[used & absent], minlength=len(labels))
    told = np.bincount(codes[used & inside], minlength=len(labels)) > 0
    chosen = [each for each in range(len(labels)) if totals[each]][:_BARS_MAX]
    return Chart(
        kind="bar",
        title=say("chart.missing", group=name),
        x=Axis(title=title, scale="category"),
        y=Axis(title=say("axis.share"), unit=SHARE),
        series=[
            Series(
                x=[labels[each] for each in chosen],
                y=[None if told[each] else float(gone[each] / totals[each]) for each in chosen],
            ),
            Series(
                x=[labels[each] for each in chosen if told[each]],
                y=[float(gone[each] / totals[each]) for each in chosen if told[each]],
                role="highlight",
            ),
        ],
    )

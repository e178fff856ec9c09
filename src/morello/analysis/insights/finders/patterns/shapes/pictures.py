"""Pictures of a single column: where it heaps, peaks and ends."""

import numpy as np
from numpy.typing import NDArray

from morello.analysis.charts.chart import SHARE, Axis, Chart, Mark, Series
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import rounded, say
from morello.analysis.methods.outliers import grain_of
from morello.analysis.methods.patterns.humps import Humps
from morello.analysis.methods.patterns.recurring import Heaping
from morello.analysis.methods.profile import ColumnProfile

BINS = 40
_REMAINDERS_MAX = 10

Floats = NDArray[np.float64]


def histogram_chart(subject: Subject, column: ColumnProfile, marked: float | None) -> Chart:
    """Draw a column's histogram, with the bin of one value in front."""
    edges, counts = _bins(subject, column)
    inside = np.zeros(len(counts), dtype=bool)
    marks = []
    if marked is not None:
        inside[min(max(int(np.searchsorted(edges, marked, side="right")) - 1, 0), BINS - 1)] = True
        marks = [Mark(x=marked, label=say("spike.mark", value=marked))]
    return _histogram(column.name, edges, counts, inside, marks)


def humps_chart(subject: Subject, column: ColumnProfile, humps: Humps) -> Chart:
    """Draw a column's histogram, with its humps marked."""
    edges, counts = _bins(subject, column)
    marks = [Mark(x=at, label=say("humps.mark", value=at)) for at in (humps.low, humps.high)]
    return _histogram(column.name, edges, counts, np.zeros(len(counts), dtype=bool), marks)


def heaps_chart(name: str, values: Floats, heaping: Heaping) -> Chart:
    """Draw how often each remainder comes when values are divided by the step."""
    size = round(heaping.step / heaping.grain)
    bins = min(size, _REMAINDERS_MAX)
    remainders = np.rint(values / heaping.grain).astype(np.int64) % size * bins // size
    shares = np.bincount(remainders, minlength=bins) / len(values)
    names = [f"{rounded(each * heaping.step / bins):g}" for each in range(bins)]
    gaps = [None, *shares[1:].tolist()]
    return Chart(
        kind="bar",
        title=say("heaping.chart", column=name, step=heaping.step),
        x=Axis(title=say("heaping.axis", step=heaping.step), scale="category"),
        y=Axis(title=say("axis.share"), unit=SHARE),
        series=[
            Series(x=[*names], y=gaps),
            Series(x=names[:1], y=[float(shares[0])], role="highlight"),
        ],
    )


def _bins(subject: Subject, column: ColumnProfile) -> tuple[Floats, NDArray[np.int64]]:
    """Cut the inner 99.8 % evenly; bins of a rounded column hold equally many of its steps."""
    values = subject.numbers(column)
    values = values[~np.isnan(values)]
    low, high = (float(each) for each in np.quantile(values, [0.001, 0.999]))
    step = grain_of(values)
    wide = (high - low) / BINS or 1.0
    if step > 0:
        wide = max(np.ceil(wide / step), 1.0) * step
        low -= step / 2
    edges = low + wide * np.arange(BINS + 1)
    counts, _ = np.histogram(values, edges)
    return edges.astype(np.float64), counts.astype(np.int64)


def _histogram(
    name: str,
    edges: Floats,
    counts: NDArray[np.int64],
    inside: NDArray[np.bool_],
    marks: list[Mark],
) -> Chart:
    series = [
        Series(
            x=edges.tolist(),
            y=[float(each) if shown else None for each, shown in zip(counts, part, strict=True)],
            role=role,
        )
        for part, role in ((~inside, "plain"), (inside, "highlight"))
        if part.any()
    ]
    return Chart(
        kind="histogram",
        title=say("chart.spread", column=name),
        x=Axis(title=name),
        y=Axis(title=say("axis.rows")),
        series=series,
        marks=marks,
    )

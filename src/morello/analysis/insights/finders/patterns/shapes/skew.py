"""An average that misleads, since a few large values make it."""

import functools

from morello.analysis.insights.candidate import Candidate, Search, Telling
from morello.analysis.insights.finders.patterns.shapes.pictures import histogram_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.profile import ColumnProfile

SKEWNESS_MIN = 3.0
TIMES_MIN = 1.8
"""How many times the middle value the average must be."""


def find_skew(subject: Subject, column: ColumnProfile, search: Search) -> None:
    """Say where an average misleads. Nothing is tested: it is as it is."""
    median = column.quantiles.get("0.5", 0.0)
    if (
        column.mean is None
        or column.negatives
        or (column.skewness or 0.0) < SKEWNESS_MIN
        or not 0 < TIMES_MIN * median < column.mean
    ):
        return
    number = query.number(column.name, column.type)
    search.candidates.append(
        Candidate(
            id=f"skewed:{column.name}",
            kind="skewed",
            group="quality",
            columns=[column.name],
            effect=0.2,
            coverage=1.0,
            surprise=0.2,
            sql=query.select(
                {
                    "mean": f"avg({number})",
                    "median": f"median({number})",
                    "below": f"count(*) FILTER (WHERE {number} < (SELECT avg({number})"  # noqa: S608 - every part is quoted
                    f" FROM {subject.source})) / count({number})",
                },
                subject.source,
            ),
            tell=lambda numbers: Telling(
                say(
                    "skewed",
                    column=column.name,
                    mean=numbers["mean"],
                    median=numbers["median"],
                    below=share(numbers["below"]),
                )
            ),
            draw=functools.partial(histogram_chart, subject, column, None),
        )
    )

"""Strands: rows, averages and sums of money; segments only where they have rows enough."""

from typing import Any

import numpy as np

from morello.analysis.insights.finders.time.strand import segments_of, strands_of
from morello.analysis.insights.table.calendar import calendar_of

Columns = dict[str, Any]


def test_sums_are_of_money_only_and_segments_of_frequent_values(busy: Columns, look: Any) -> None:
    subject = look(busy)
    calendar = calendar_of(subject)
    assert calendar is not None
    kinds = [
        (each.kind, each.measure and each.measure.name) for each in strands_of(subject, calendar)
    ]
    assert kinds == [("rows", None), ("mean", "amount"), ("sum", "amount"), ("mean", "weight")]
    parts = list(segments_of(subject, calendar))
    assert {each.value(subject) for each in parts} == {"north", "south", "west"}
    assert sum(each.values.sum() for each in parts if each.kind == "rows") == len(busy["at"])


def test_days_that_are_always_closed_say_nothing(busy: Columns, look: Any) -> None:
    weekday = (busy["at"].astype("datetime64[D]").astype(int) + 3) % 7
    subject = look({name: each[weekday < 5] for name, each in busy.items()})
    calendar = calendar_of(subject)
    assert calendar is not None
    rows = strands_of(subject, calendar)[0]
    assert np.isnan(rows.rest).sum() == (rows.values == 0).sum() > 80
    assert rows.usual.max() > 15

"""A busy shop to plant events in, and a way to hear what a finder says of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from morello.analysis.charts.svg import draw
from morello.analysis.insights.candidate import Candidate, Search
from morello.kernel.messages import render

Columns = dict[str, Any]
DAYS = 300
CHANCE_MAX = 1e-3
"""About what correcting for all tests of a run lets pass."""
START = np.datetime64("2024-01-01")


@pytest.fixture
def busy() -> Columns:
    """Twenty rows a day without any signal."""
    generator = np.random.default_rng(21)
    rows = 20 * DAYS
    seconds = np.sort(generator.integers(0, DAYS * 86_400, rows)).astype("timedelta64[s]")
    return {
        "at": START.astype("datetime64[s]") + seconds,
        "region": np.array(["north", "south", "west"])[generator.integers(0, 3, rows)],
        "amount": np.round(generator.lognormal(3, 0.3, rows), 2),
        "weight": generator.normal(100, 15, rows),
    }


@pytest.fixture
def tell(look: Any, ask: Any) -> Callable[..., list[str]]:
    """Run a finder; ask the table what each candidate asks; return the sentences in both languages.

    A picture is drawn of each, and its rows are counted, so that none of them can be broken.
    """

    def run(columns: Columns, find: Callable[[Any, Search], Any]) -> list[str]:
        search = Search()
        find(look(columns), search)
        sure = [each for each in search.candidates if (each.p_value or 0.0) < CHANCE_MAX]
        return [said for each in sure if (said := _said(columns, each, ask))]

    return run


def _said(columns: Columns, candidate: Candidate, ask: Any) -> str:
    [numbers] = ask(columns, candidate.sql)
    telling = candidate.tell({key: float(each) for key, each in numbers.items()})
    chart = candidate.draw()
    assert chart is not None
    assert candidate.rows_sql is not None
    ask(columns, candidate.rows_sql)
    if telling is None:
        return ""
    messages = [telling.message, *telling.details, *telling.caveats]
    for language in ("en", "ko"):
        assert "<svg" in str(draw(chart, language))
        assert not [each for each in messages if "{" in render(each, language)]
    return " ".join([candidate.id, *(render(each) for each in messages)])

"""A few that make most are told beside what chance would give them."""

from typing import Any

import numpy as np
import pytest

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.finders.groups.concentrations import find_concentrations
from morello.kernel.messages import render

Columns = dict[str, Any]
LookAt = Any
Ask = Any
_ROWS = 3_000


def _customers(power: float, count: int) -> Columns:
    generator = np.random.default_rng(5)
    shares = 1 / np.arange(1, count + 1) ** power
    chosen = generator.choice(count, _ROWS, p=shares / shares.sum())
    return {"customer": np.array([f"c{each}" for each in range(count)])[chosen]}


def test_half_and_gini_are_those_of_the_rows(look: LookAt, ask: Ask) -> None:
    columns = _customers(1.1, 200)
    search = Search()
    find_concentrations(look(columns), search)
    [candidate] = search.candidates
    [row] = ask(columns, candidate.sql)
    counts = np.sort(np.unique(columns["customer"], return_counts=True)[1])
    ranks = np.arange(1, len(counts) + 1)
    gini = 2 * (ranks * counts).sum() / (len(counts) * _ROWS) - (len(counts) + 1) / len(counts)
    assert row["gini"] == pytest.approx(gini)
    assert row["half"] == int(np.searchsorted(np.cumsum(counts[::-1]), _ROWS / 2)) + 1
    telling = candidate.tell({name: float(each) for name, each in row.items()})
    assert telling is not None
    said = [render(each) for each in telling.details]
    assert said[0].startswith("Half of it comes from ")
    assert "chance alone would give" in said[1]


@pytest.mark.parametrize("count", [60, 1_400])
def test_what_chance_gives_is_no_concentration(look: LookAt, count: int) -> None:
    search = Search()
    find_concentrations(look(_customers(0.0, count)), search)
    assert search.candidates == []
    assert min(search.tests, default=1.0) > 1e-3

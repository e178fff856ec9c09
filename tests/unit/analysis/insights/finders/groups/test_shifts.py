"""The last month is told when it is beyond the usual, with what it is made of."""

from typing import Any

import numpy as np
import pytest

from morello.analysis.insights.candidate import Candidate, Search
from morello.analysis.insights.finders.groups.shifts import find_shifts
from morello.kernel.messages import LANGUAGES, render

Columns = dict[str, Any]
LookAt = Any
Ask = Any
_ROWS = 6_000


@pytest.fixture
def months() -> Columns:
    """Fifteen whole months without signal."""
    generator = np.random.default_rng(8)
    seconds = np.sort(generator.integers(0, 456 * 86_400, _ROWS)).astype("timedelta64[s]")
    return {
        "at": np.datetime64("2024-01-01T00:00:00", "s") + seconds,
        "region": np.array(["north", "south", "east"])[generator.integers(0, 3, _ROWS)],
        "channel": np.array(["web", "shop"])[generator.integers(0, 2, _ROWS)],
        "revenue": np.round(generator.lognormal(3, 0.4, _ROWS), 2),
        "weight": generator.normal(100, 10, _ROWS),
    }


def _shifts(look: LookAt, columns: Columns) -> dict[str, Candidate]:
    search = Search()
    find_shifts(look(columns), search)
    assert len(search.tests) in (0, 4)
    return {each.id: each for each in search.candidates if (each.p_value or 1) < 1e-4}


def _told(columns: Columns, ask: Ask, candidate: Candidate) -> tuple[list[str], dict[str, float]]:
    [row] = ask(columns, candidate.sql)
    telling = candidate.tell({name: float(each) for name, each in row.items()})
    assert telling is not None
    assert candidate.draw() is not None
    said: list[str] = []
    for language in LANGUAGES:
        said = [render(each, language) for each in (telling.message, *telling.details,
                                                    *telling.caveats)]  # fmt: skip
        assert not any("{" in each or each.startswith("insight.") for each in said)
    assert ask(columns, candidate.rows_sql)
    return [render(each) for each in (telling.message, *telling.details)], row


def test_steady_months_say_nothing(look: LookAt, months: Columns) -> None:
    assert _shifts(look, months) == {}


def test_a_total_that_fell_is_told_with_its_group(look: LookAt, ask: Ask, months: Columns) -> None:
    hit = (months["at"] >= np.datetime64("2025-03-01")) & (months["region"] == "south")
    months["revenue"] = np.where(hit, months["revenue"] * 0.3, months["revenue"])
    found = _shifts(look, months)
    [shift] = [each for each in found.values() if "revenue" in each.columns]
    assert shift.columns == ["revenue", "region", "at"]
    said, row = _told(months, ask, shift)
    assert said[0].startswith("In 2025-03, ")
    assert "2025-02" in said[0]
    assert "By region, south" in said[1]
    assert row["rate"] < 0


def test_a_mix_that_moved_is_told_as_mix(look: LookAt, ask: Ask, months: Columns) -> None:
    late = months["at"] >= np.datetime64("2025-03-01")
    months["channel"] = np.where(late & (np.arange(_ROWS) % 5 > 0), "web", months["channel"])
    months["weight"] = months["weight"] + 30 * (months["channel"] == "web")
    shift = _shifts(look, months)["shift:mean:weight"]
    assert "channel" in shift.columns
    said, row = _told(months, ask, shift)
    change = row["v1"] / row["n1"] - row["v0"] / row["n0"]
    assert abs(row["moved"] / row["n1"]) < 0.3 * abs(change)
    assert "different mix of channel" in said[2]


def test_rows_that_went_missing_are_told(look: LookAt, ask: Ask, months: Columns) -> None:
    late = months["at"] >= np.datetime64("2025-03-01")
    kept = ~late | (months["region"] != "north") | (np.arange(_ROWS) % 10 == 0)
    fewer = {name: each[kept] for name, each in months.items()}
    shift = _shifts(look, fewer)["shift:rows:rows"]
    said, row = _told(fewer, ask, shift)
    assert "fewer rows a day" in said[0]
    assert "north makes" in said[1]
    assert row["n1_group"] < 0.3 * row["n0_group"]


def test_a_short_history_says_nothing(look: LookAt, months: Columns) -> None:
    short = months["at"] < np.datetime64("2024-02-10")
    assert _shifts(look, {name: each[short] for name, each in months.items()}) == {}

"""Everything over time: strange times are met with silence, not with a traceback."""

import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.finders.time.time import find_over_time

_DAYS = np.datetime64("2024-01-01") + np.arange(300)
_NOISE = np.random.default_rng(1).normal(size=300)
_STRANGE: dict[str, Any] = {
    "no time": {"x": _NOISE},
    "three points": {"at": _DAYS[:3], "x": [1.0, 2.0, 3.0]},
    "constant": {"at": _DAYS, "x": np.ones(300)},
    "constant but one": {"at": _DAYS, "x": np.where(np.arange(300) == 9, 2.0, 1.0)},
    "infinite": {"at": _DAYS, "x": np.where(np.arange(300) % 9 == 0, np.inf, _NOISE)},
    "absent": {"at": _DAYS, "x": pa.nulls(300, pa.float64())},
    "one day": {"at": np.repeat(_DAYS[:1], 300), "x": _NOISE},
    "year 9999": {
        "at": [datetime.date(9999, 1, 1) + datetime.timedelta(each) for each in range(300)],
        "x": _NOISE,
    },
    "before Christ and after": {
        "at": [datetime.date(1, 1, 1) + datetime.timedelta(each) for each in range(300)],
        "x": _NOISE,
    },
    "two zones": {"at": pa.array(_DAYS).cast(pa.timestamp("us", "America/New_York")), "x": _NOISE},
    "intermittent": {"at": _DAYS[::4], "x": _NOISE[::4]},
    "two years of months": {"at": np.arange("2022-01", "2024-01", dtype="datetime64[M]")
                            .astype("datetime64[D]"), "x": _NOISE[:24]},
}  # fmt: skip


@pytest.mark.parametrize("case", _STRANGE)
def test_strange_times_are_silent(case: str, look: Any) -> None:
    search = Search()
    find_over_time(look(_STRANGE[case]), search)
    told = [each for each in search.candidates if (each.p_value or 0) < 0.001]
    assert [each.id for each in told] == []
    assert all(0 <= each <= 1 for each in search.tests)


def test_it_says_when_not_all_columns_were_followed(look: Any) -> None:
    search = Search()
    find_over_time(look({"at": _DAYS} | {f"x{each}": _NOISE + each for each in range(14)}), search)
    assert "insight.note.time" in {each.id for each in search.notes}

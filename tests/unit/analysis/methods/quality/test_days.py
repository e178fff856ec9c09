"""Days without rows are told only where there should be some."""

import numpy as np
import pytest
from numpy.typing import NDArray

from morello.analysis.methods.quality.days import empty_days, runs_of

_MONDAY = 19_723  # 2024-01-01
_DAYS = np.arange(_MONDAY, _MONDAY + 200)


def _without(days: NDArray[np.int64], *gone: int) -> NDArray[np.int64]:
    return np.setdiff1d(days, _MONDAY + np.array(gone))


def test_one_row_a_day_leaves_no_day_out() -> None:
    assert empty_days(_without(_DAYS, 50, 51, 90)).tolist() == [
        _MONDAY + each for each in (50, 51, 90)
    ]
    assert runs_of(empty_days(_without(_DAYS, 50, 51, 90))) == [
        (_MONDAY + 50, _MONDAY + 51),
        (_MONDAY + 90, _MONDAY + 90),
    ]


def test_closed_weekends_are_no_gaps() -> None:
    weekdays = _DAYS[(_DAYS + 3) % 7 < 5]
    assert not len(empty_days(weekdays))
    assert empty_days(_without(weekdays, 51)).tolist() == [_MONDAY + 51]


def test_many_rows_a_day_leave_no_day_out_but_few_do() -> None:
    generator = np.random.default_rng(3)
    many = generator.choice(_DAYS, 200 * 30)
    assert empty_days(many[many != _MONDAY + 77]).tolist() == [_MONDAY + 77]
    few = generator.choice(_DAYS, 200 * 2)
    assert len(np.unique(few)) < 200
    assert not len(empty_days(few))


def test_holidays_that_come_every_year_are_no_gaps() -> None:
    days = np.arange(_MONDAY, _MONDAY + 800)
    texts = np.datetime_as_string(days.astype("datetime64[D]"))
    holiday = np.array([each.endswith(("-12-25", "-01-01", "-05-05")) for each in texts])
    assert not len(empty_days(days[~holiday]))


@pytest.mark.parametrize("days", [[], [5], [5, 900_000], list(range(0, 400, 30))])
def test_what_is_no_series_has_no_gaps(days: list[int]) -> None:
    assert not len(empty_days(np.array(days, dtype=np.int64)))


def test_chance_makes_no_gaps() -> None:
    said = 0
    for seed in range(150):
        generator = np.random.default_rng(seed)
        rows = generator.choice(_DAYS, 200 * int(generator.integers(1, 15)))
        said += len(empty_days(rows)) > 0
    assert said <= 3

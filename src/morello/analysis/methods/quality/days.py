"""Days without rows in a series that should have none."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

DAYS_MIN = 28
_DAYS_MAX = 40_000
_OPEN_SHARE = 0.9
"""A weekday with rows this often is one on which there should be rows."""
_CLOSED_SHARE = 0.35
_EMPTY_SHARE_MAX = 0.1
_REGULAR_SHARE = 0.97
"""Share of the days with the same number of rows, from which on the series is regular."""
_LEAST_ROWS = 3.0
_EXPECTED_MAX = 0.05
"""Empty days that chance alone would make, at most."""
_HOLIDAYS = frozenset({"01-01", "12-24", "12-25", "12-26", "12-31"})


def empty_days(days: Ints) -> Ints:
    """Return the days without rows on which there should be some, in order.

    `days` is the day of each row since 1970. None are returned where the weekdays follow no
    pattern, where so few rows a day are ordinary that chance leaves days out (by a negative
    binomial of the other days), and on days that are empty every year.
    """
    if not len(days):
        return np.empty(0, np.int64)
    first, last = int(days.min()), int(days.max())
    if not DAYS_MIN <= last - first + 1 <= _DAYS_MAX:
        return np.empty(0, np.int64)
    counts = np.bincount(days - first, minlength=last - first + 1)
    calendar = np.arange(first, last + 1)
    is_open = _is_open(counts, (calendar + 3) % 7)
    if is_open is None:
        return np.empty(0, np.int64)
    empty = calendar[is_open & (counts == 0)]
    usual = counts[is_open & (counts > 0)]
    if len(empty) > _EMPTY_SHARE_MAX * is_open.sum() or not _is_steady(usual):
        return np.empty(0, np.int64)
    return _without_holidays(empty, first, last)


def runs_of(days: Ints) -> list[tuple[int, int]]:
    """Return the first and last day of each run of consecutive days, the longest first."""
    if not len(days):
        return []
    parts = np.split(days, np.flatnonzero(np.diff(days) > 1) + 1)
    found = [(int(each[0]), int(each[-1])) for each in parts]
    return sorted(found, key=lambda each: (each[0] - each[1], each[0]))


def _is_open(counts: Ints, weekdays: Ints) -> NDArray[np.bool_] | None:
    """Tell on which days there should be rows; None where the weekdays follow no pattern."""
    totals = np.bincount(weekdays, minlength=7)
    filled = np.bincount(weekdays, counts > 0, 7) / np.maximum(totals, 1)
    if ((filled > _CLOSED_SHARE) & (filled < _OPEN_SHARE)).any() or not (
        filled >= _OPEN_SHARE
    ).any():
        return None
    return np.asarray(filled[weekdays] >= _OPEN_SHARE)


def _is_steady(usual: Ints) -> bool:
    """Tell whether chance would hardly leave a day out."""
    if len(usual) < DAYS_MIN // 2:
        return False
    if float((usual == np.median(usual)).mean()) >= _REGULAR_SHARE:
        return True
    mean, variance = float(usual.mean()), float(usual.var())
    if float(np.quantile(usual, 0.01)) < _LEAST_ROWS:
        return False
    scatter = max(variance / mean - 1, 1e-6)
    empty = (1 + scatter) ** (-mean / scatter)
    return bool(empty * len(usual) <= _EXPECTED_MAX)


def _without_holidays(empty: Ints, first: int, last: int) -> Ints:
    texts = np.datetime_as_string(empty.astype("datetime64[D]"))
    dates = np.array([each[-5:] for each in texts], dtype=object)
    years = {int(each[:-6]) for each in texts}
    span = (last - first) / 365.25
    kept = [
        day
        for day, date in zip(empty.tolist(), dates.tolist(), strict=True)
        if date not in _HOLIDAYS
        and not (span >= 1.9 and len(years) > 1 and int((dates == date).sum()) >= int(span))  # noqa: PLR2004 - two years
    ]
    return np.array(kept, np.int64)

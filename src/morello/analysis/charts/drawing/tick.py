"""Ticks: where an axis is labelled, at round numbers, powers of ten, and calendar steps."""

import bisect
import datetime
import math

from morello.analysis.charts.drawing.scale import Scale

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_FIRST, _LAST = -62_135_596_800.0, 253_370_764_800.0
"""Seconds of the years 1 and 9999, the calendar's ends."""
_TICKS_MAX = 40
_ROUNDING = 1e-9
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_MONTH, _YEAR = 30.44 * _DAY, 365.25 * _DAY
_CLOCK_STEPS = (
    1, 5, 15, 30, _MINUTE, 5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE,
    _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY,
)  # fmt: skip
_MONTH_STEPS = (1, 3, 6)


def nice_step(rough: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is not below `rough` (> 0)."""
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1, 2, 5, 10):
        if factor * power >= rough * (1 - _ROUNDING):
            return factor * power
    return 10 * power


def linear_step(scale: Scale, count: int, *, whole: bool = False) -> float:
    """Return the distance of about `count` ticks; `whole` keeps it at least 1."""
    step = nice_step((scale.high / 2 - scale.low / 2) / count * 2)
    return max(step, 1.0) if whole else step


def linear_ticks(scale: Scale, step: float) -> list[float]:
    """Return the multiples of `step` on the scale, ascending."""
    first = math.ceil(scale.low / step - _ROUNDING)
    last = math.floor(scale.high / step + _ROUNDING)
    digits = max(0, 1 - math.floor(math.log10(step)))
    return [
        round(index * step, digits) for index in range(first, min(last, first + _TICKS_MAX) + 1)
    ]


def to_round_numbers(scale: Scale, step: float) -> Scale:
    """Widen a linear scale so that it begins and ends at a tick."""
    return scale.between(
        math.floor(scale.low / step + _ROUNDING) * step,
        math.ceil(scale.high / step - _ROUNDING) * step,
    )


def log_ticks(scale: Scale, count: int) -> list[float]:
    """Return powers of ten on the scale; with their doubles and fives when those are few."""
    first, last = math.ceil(math.log10(scale.low)), math.floor(math.log10(scale.high))
    if last - first < 2:  # noqa: PLR2004 - one or two powers alone say little
        factors = [f * 10.0**e for e in range(first - 1, last + 1) for f in (1, 2, 5)]
        return [each for each in factors if scale.low <= each <= scale.high]
    every = max(1, math.ceil((last - first) / (count + 1)))
    return [10.0**exponent for exponent in range(first, last + 1, every)]


def time_step(scale: Scale, count: int) -> tuple[str, int]:
    """Return the unit (`second`, `month`, `year`) and the number of it between ticks."""
    rough = (scale.high - scale.low) / count
    clock = bisect.bisect_left(_CLOCK_STEPS, rough)
    if clock < len(_CLOCK_STEPS):
        return "second", _CLOCK_STEPS[clock]
    for months in _MONTH_STEPS:
        if months * _MONTH >= rough * 0.99:
            return "month", months
    return "year", max(1, round(nice_step(rough / _YEAR)))


def time_ticks(scale: Scale, unit: str, step: int) -> list[datetime.datetime]:
    """Return the moments on the scale at whole steps, in UTC."""
    if unit == "second":
        first = math.ceil(scale.low / step - _ROUNDING)
        last = min(math.floor(scale.high / step + _ROUNDING), first + _TICKS_MAX)
        seconds = (index * step for index in range(first, last + 1))
        return [moment(each) for each in seconds if _FIRST <= each <= _LAST]
    months = step * (12 if unit == "year" else 1)
    start, end = moment(scale.low), moment(scale.high)
    index = -(-(start.year * 12 + start.month - 1) // months) * months
    found: list[datetime.datetime] = []
    while index <= end.year * 12 + end.month - 1 and len(found) < _TICKS_MAX:
        tick = datetime.datetime(index // 12 or 1, index % 12 + 1, 1, tzinfo=datetime.UTC)
        if scale.low <= (tick - _EPOCH).total_seconds() <= scale.high:
            found.append(tick)
        index += months
    return found


def moment(seconds: float) -> datetime.datetime:
    """Return seconds since 1970 as a time, kept within the calendar."""
    bounded = min(max(seconds, _FIRST), _LAST)
    return _EPOCH + datetime.timedelta(seconds=bounded)

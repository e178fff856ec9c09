"""Labels: numbers and times as short words beside an axis, a bar or a point."""

import datetime
import itertools
import math

from morello.analysis.charts.drawing.tick import moment
from morello.kernel.languages.locale import locale_of
from morello.kernel.messages import Message, render

_GROUPED_FROM = 10_000
_SHORT_FROM = 1_000_000
_LARGE = 1e15
_SMALL = 1e-4
_THOUSAND = 1_000
_MYRIAD = 1e4
_DAY_S = 86400


def in_words(message: Message | str, language: str) -> str:
    """Return a message in words, or the text itself."""
    return message if isinstance(message, str) else render(message, language)


def value_label(value: float, language: str) -> str:
    """Return one number: 12,345 or 0.123, from a million on 1.23M (ko: 123.5만)."""
    locale = locale_of(language)
    if _SHORT_FROM <= abs(value) < _LARGE:
        size, name = _unit(abs(value), language)
        # Units of ten thousand need a digit more to say as much.
        digits = 4 if locale.units[-1][0] == _MYRIAD else 3
        return locale.written(f"{value / size:.{digits}g}") + name
    few_digits = not float(value).is_integer() and abs(value) < _THOUSAND
    if few_digits or (value and abs(value) >= _LARGE):
        return locale.written(f"{value:.3g}")
    return locale.number(value)


def tick_labels(ticks: list[float], language: str) -> list[str]:
    """Return ticks in one unit with as many decimals as their distance needs."""
    largest = max((abs(each) for each in ticks), default=0.0)
    written = locale_of(language).written
    if largest and not _SMALL <= largest < _LARGE:
        return [written(f"{each:.3g}") for each in ticks]
    size, name = _unit(largest, language) if largest >= _GROUPED_FROM else (1.0, "")
    step = min((b - a for a, b in itertools.pairwise(ticks)), default=largest or 1.0)
    decimals = min(max(0, -math.floor(math.log10(step / size) + 1e-9)), 12)
    return [written(f"{each / size:.{decimals}f}") + (name if each else "") for each in ticks]


def log_labels(ticks: list[float], language: str) -> list[str]:
    """Return ticks of a log axis, each in its own unit."""
    return [value_label(each, language) for each in ticks]


def time_labels(ticks: list[datetime.datetime], unit: str, step: int, language: str) -> list[str]:
    """Return ticks of a time axis: a year where one begins, a day where one begins."""
    return [
        _time_label(tick, unit, step, language, first=index == 0)
        for index, tick in enumerate(ticks)
    ]


def time_label(seconds: float) -> str:
    """Return one moment: the day, and the time where it is not midnight."""
    at = moment(seconds)
    whole_day = at.hour == at.minute == at.second == 0
    day = at.strftime("%Y-%m-%d").rjust(10, "0")
    return day if whole_day else f"{day} {at.strftime('%H:%M')}"


def date_label(day: datetime.date, language: str) -> str:
    """Return a day in words."""
    return locale_of(language).day(day.isoformat())


def _time_label(
    tick: datetime.datetime, unit: str, step: int, language: str, *, first: bool
) -> str:
    parts = {"year": tick.year, "month": _month(tick, language), "day": tick.day}
    if unit == "year" or (unit == "month" and tick.month == 1):
        return _tick("year", parts, language)
    if unit == "month":
        return _tick("month_of_year" if first else "month", parts, language)
    midnight = tick.hour == tick.minute == tick.second == 0
    if step >= _DAY_S or midnight:
        return _tick("day_of_month", parts, language)
    return tick.strftime("%H:%M:%S" if step < 60 else "%H:%M")  # noqa: PLR2004 - seconds


def _month(tick: datetime.datetime, language: str) -> str:
    return render(Message(id=f"chart.month.{tick.month}"), language)


def _tick(name: str, parts: dict[str, object], language: str) -> str:
    return render(Message(id=f"chart.tick.{name}", parameters=parts), language)


def _unit(largest: float, language: str) -> tuple[float, str]:
    units = locale_of(language).units
    return next(((size, name) for size, name in units if largest >= size), (1.0, ""))

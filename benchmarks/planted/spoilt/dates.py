"""Dates that are spoilt, and days that are left out."""

from typing import Any

import numpy as np
from benchmarks.insight_tables import Generator, Planted, shop
from benchmarks.planted.spoilt.spoilt import ROWS, planted, some

_DAY = np.timedelta64(1, "D")


def _days(generator: Generator, rows: int = ROWS, since: str = "2023-01-01") -> Any:
    return np.datetime64(since) + generator.integers(0, 700, rows) * _DAY


def date_formats(generator: Generator, strength: int) -> Planted:
    """Dates as text, some of them the other way round."""
    found = shop(generator)
    iso = np.datetime_as_string(_days(generator)).astype(object)
    other = generator.random(ROWS) < (0.005, 0.05, 0.4)[strength]
    found["joined"] = [
        f"{text[8:]}/{text[5:7]}/{text[:4]}" if odd else text
        for text, odd in zip(iso, other, strict=True)
    ]
    return planted(found, "dates_in_text.formats", "joined")


def date_order(generator: Generator, strength: int) -> Planted:
    """Dates as text with the day first, in some rows with the month first."""
    found = shop(generator)
    iso = np.datetime_as_string(_days(generator)).astype(object)
    other = generator.random(ROWS) < (0.005, 0.05, 0.3)[strength]
    found["joined"] = [
        f"{text[5:7]}/{text[8:]}/{text[:4]}" if odd else f"{text[8:]}/{text[5:7]}/{text[:4]}"
        for text, odd in zip(iso, other, strict=True)
    ]
    return planted(found, "dates_in_text.order.day", "joined")


def date_placeholder(generator: Generator, strength: int) -> Planted:
    """Births, some of them on the first day that a program knows."""
    found = shop(generator)
    born = np.datetime64("1935-01-01") + generator.integers(0, 25_000, ROWS) * _DAY
    born[some(generator, ROWS, (6, 25, 300)[strength])] = np.datetime64("1900-01-01")
    found["born"] = born
    return planted(found, "placeholder_date", "born")


def future(generator: Generator, strength: int) -> Planted:
    """Births in years to come: two digits of the year were read as this century's."""
    found = shop(generator)
    born = np.datetime64("1935-01-01") + generator.integers(0, 30_000, ROWS) * _DAY
    count = (1, 5, 30)[strength]
    born[some(generator, ROWS, count)] = np.datetime64("2050-01-01") + np.arange(count) * _DAY
    found["born"] = born
    return planted(found, "future_dates", "born")


def wrong_order(generator: Generator, strength: int) -> Planted:
    """Parcels that arrived before they were sent."""
    found = shop(generator)
    sent = _days(generator)
    arrived = sent + generator.integers(0, 9, ROWS) * _DAY
    rows = some(generator, ROWS, (1, 5, 40)[strength])
    arrived[rows] = sent[rows] - generator.integers(1, 30, len(rows)) * _DAY
    found["sent_on"], found["arrived_on"] = sent, arrived
    return planted(found, "wrong_order", "sent_on arrived_on")


def missing_days(generator: Generator, strength: int) -> Planted:
    """Leave some days in March out of a year and a half of sales."""
    found = shop(generator, 8000)
    first = np.datetime64("2024-03-05")
    gone = (found["at"] >= first) & (found["at"] < first + (1, 3, 10)[strength] * _DAY)
    return planted({name: each[~gone] for name, each in found.items()}, "missing_days", "at")


def missing_dates(generator: Generator, strength: int) -> Planted:
    """One row for each working day, but for some."""
    days = np.datetime64("2023-01-02") + np.arange(600)
    days = days[(days.astype(int) + 3) % 7 < 5]
    days = np.delete(days, 100 + np.arange((1, 3, 8)[strength]))
    found = {"day": days, "price": generator.normal(size=len(days)).cumsum() + 100}
    return planted(found, "missing_days", "day")

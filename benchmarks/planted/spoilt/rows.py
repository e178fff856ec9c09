"""Rows that stand twice, and values that are absent."""

from typing import Any

import numpy as np
import pyarrow as pa
from benchmarks.insight_tables import Columns, Generator, Planted, shop
from benchmarks.planted.spoilt.spoilt import ROWS, planted, some


def missing_by_number(generator: Generator, strength: int) -> Planted:
    """Weight is absent more often where the amount is high."""
    found = shop(generator)
    high = found["amount"] > np.median(found["amount"])
    absent = generator.random(ROWS) < 0.05 + (0.1, 0.2, 0.4)[strength] * high
    found["weight"] = pa.array(found["weight"], mask=absent)
    return planted(found, "missing", "weight amount")


def missing_by_group(generator: Generator, strength: int) -> Planted:
    """Weight is absent more often in one channel."""
    found = shop(generator)
    there = found["channel"] == "channel 2"
    absent = generator.random(ROWS) < 0.05 + (0.1, 0.2, 0.4)[strength] * there
    found["weight"] = pa.array(found["weight"], mask=absent)
    return planted(found, "missing", "weight channel")


def missing_together(generator: Generator, strength: int) -> Planted:
    """Weight and quantity are absent in the same rows, at random."""
    found = shop(generator)
    absent = generator.random(ROWS) < (0.02, 0.08, 0.3)[strength]
    for name in ("weight", "quantity"):
        found[name] = pa.array(found[name], mask=absent)
    return planted(found, "missing_together", "weight quantity")


def ended(generator: Generator, strength: int) -> Planted:
    """Weight has no value any more since some day."""
    found = shop(generator)
    last = found["at"][int(ROWS * (0.97, 0.9, 0.6)[strength])]
    absent = (generator.random(ROWS) < 0.05) | (found["at"] > last)
    found["weight"] = pa.array(found["weight"], mask=absent)
    return planted(found, "ended", "weight at")


def _again(columns: Columns, rows: Any) -> Columns:
    return {name: np.concatenate([each, each[rows]]) for name, each in columns.items()}


def copies(generator: Generator, strength: int) -> Planted:
    """Let a few rows stand twice."""
    found = shop(generator)
    del found["id"]
    rows = some(generator, ROWS, (1, 8, 60)[strength])
    return planted(_again(found, rows), "duplicates", "id")


def copies_but_number(generator: Generator, strength: int) -> Planted:
    """Let a few rows stand twice, under another number."""
    found = _again(shop(generator), some(generator, ROWS, (1, 8, 60)[strength]))
    found["id"] = np.arange(len(found["id"]))
    return planted(found, "duplicates", "id")


def copies_soon(generator: Generator, strength: int) -> Planted:
    """Let a few rows stand twice, under another number and a minute later."""
    rows = some(generator, ROWS, (2, 8, 60)[strength])
    found = _again(shop(generator), rows)
    found["id"] = np.arange(len(found["id"]))
    found["at"][ROWS:] += np.timedelta64(50, "s")
    return planted(found, "duplicates", "id at")

"""The shop's table as it is spoilt, and what of it has to be found."""

from typing import Any

from benchmarks.insight_tables import Columns, Generator, Planted

ROWS = 3000
"""Of the shop."""


def planted(found: Columns, kinds: str, about: str) -> Planted:
    """Say which kinds have to be told, about which columns; both parted by spaces."""
    return Planted(found, tuple(kinds.split()), frozenset(about.split()))


def some(generator: Generator, rows: int, count: int) -> Any:
    """Choose so many rows."""
    return generator.choice(rows, count, replace=False)

"""Baskets: a column that names orders, one that names items, and who holds what."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.profile import ColumnProfile

BASKETS_MIN = 100
SIZE_MAX = 30
"""Different items of a basket; larger ones tell little of any two, and are left out."""
ITEMS_MAX = 60
"""Items looked at in pairs, those that most baskets hold."""
ITEMS_MIN = 6
ITEMS_IN_ALL_MAX = 2_000
_LINES_MIN, _LINES_MAX = 1.2, 30.0
_SEVERAL_MIN = 1.1
_FULL_MAX = 0.6
"""Where baskets hold more of all items than this on average, who holds what says little."""
_KEYS_MAX = 2
_ITEM_COLUMNS_MAX = 3

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Baskets:
    """Who holds what, counted over the whole table."""

    key: ColumnProfile
    item: ColumnProfile
    items: list[Any]
    """The items looked at, the most popular first."""
    holders: Floats
    """All items by sizes from 1: baskets of so many different items that hold the item."""
    pairs: Floats
    """Items by items: baskets that hold both."""


def baskets_of(subject: Subject) -> Iterator[Baskets]:
    """Read every pair of columns that could be baskets and items."""
    for key in _keys(subject):
        for item in _items(subject, key):
            found = _read(subject, key, item)
            if found is not None:
                yield found


def _keys(subject: Subject) -> list[ColumnProfile]:
    named = [*subject.roles.identifiers, *subject.roles.entities]
    found = {
        each.name: each
        for each in named
        if each.distinct >= BASKETS_MIN
        and _LINES_MIN <= (each.rows - each.nulls) / each.distinct <= _LINES_MAX
    }
    return sorted(found.values(), key=lambda each: -each.distinct)[:_KEYS_MAX]


def _items(subject: Subject, key: ColumnProfile) -> list[ColumnProfile]:
    named = [*subject.roles.dimensions, *subject.roles.entities]
    found = {
        each.name: each
        for each in named
        if each.name != key.name
        and each.kind in ("category", "text")
        and ITEMS_MIN <= each.distinct <= min(ITEMS_IN_ALL_MAX, key.distinct)
    }
    chosen: list[ColumnProfile] = []
    for each in sorted(found.values(), key=lambda each: -each.distinct):
        # A column that follows from one before it, such as an item's group, tells nothing new.
        if not any({each.name, other.name} in subject.formulas for other in chosen):
            chosen.append(each)
    return chosen[:_ITEM_COLUMNS_MAX]


def _read(subject: Subject, key: ColumnProfile, item: ColumnProfile) -> Baskets | None:
    held = _held(subject, key, item)
    rows = subject.ask(
        f"SELECT item, size, count(*) AS n FROM {held}"  # noqa: S608 - every part is quoted
        f" WHERE size <= {SIZE_MAX} GROUP BY item, size ORDER BY item, size"
    ).to_pylist()
    names = sorted({each["item"] for each in rows}, key=str)
    place = {name: index for index, name in enumerate(names)}
    holders = np.zeros((len(names), SIZE_MAX))
    for each in rows:
        holders[place[each["item"]], each["size"] - 1] = each["n"]
    baskets = holders.sum(axis=0) / np.arange(1, SIZE_MAX + 1)
    mean = holders.sum() / max(baskets.sum(), 1)
    if baskets[1:].sum() < BASKETS_MIN or not _SEVERAL_MIN <= mean <= _FULL_MAX * len(names):
        return None
    order = np.argsort(-holders[:, 1:].sum(axis=1), kind="stable")
    chosen = [names[each] for each in order[:ITEMS_MAX]]
    return Baskets(key, item, chosen, holders[order], _pairs(subject, held, chosen))


def _held(subject: Subject, key: ColumnProfile, item: ColumnProfile) -> str:
    """Write the table of what each basket holds, every item once, with the basket's size."""
    basket, what = query.name(key.name), query.name(item.name)
    return (
        f"(SELECT basket, item, count(*) OVER (PARTITION BY basket) AS size FROM"  # noqa: S608 - every part is quoted
        f" (SELECT DISTINCT {basket} AS basket, {what} AS item FROM {subject.source}"
        f" WHERE {basket} IS NOT NULL AND {what} IS NOT NULL))"
    )


def _pairs(subject: Subject, held: str, items: list[Any]) -> Floats:
    listed = ", ".join(query.value(each) for each in items)
    some = (
        f"(SELECT basket, item FROM {held} WHERE size BETWEEN 2 AND {SIZE_MAX}"  # noqa: S608 - every part is quoted
        f" AND item IN ({listed}))"
    )
    rows = subject.ask(
        f"SELECT a.item AS first, b.item AS second, count(*) AS n FROM {some} AS a"  # noqa: S608 - every part is quoted
        f" JOIN {some} AS b ON a.basket = b.basket AND a.item < b.item GROUP BY a.item, b.item"
    ).to_pylist()
    place = {name: index for index, name in enumerate(items)}
    pairs = np.zeros((len(items), len(items)))
    for each in rows:
        one, other = place[each["first"]], place[each["second"]]
        pairs[one, other] = pairs[other, one] = each["n"]
    return pairs

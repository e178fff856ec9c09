"""What is planted in the sample: flaws of a real file, and the list of effects with their sizes."""

import csv
import dataclasses
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from cherry_kitchen import (
    DAYS,
    DELIVERY,
    HARBOUR,
    KITCHEN_CLOSED,
    ORDER_COLUMNS,
    PAYMENTS,
    START,
    TAKEAWAY,
    Orders,
)

CENTS_ROWS, DUPLICATED_ROWS, BROKEN_ROWS = 9, 14, 3


def csv_text(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV with plain newlines."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


@dataclasses.dataclass(frozen=True, slots=True)
class Flaws:
    """What was spoiled on purpose."""

    cents: list[int]
    duplicated: list[int]
    broken_lines: list[int]


def spoil(
    generator: np.random.Generator, orders: Orders, rows: list[list[Any]]
) -> tuple[list[str], Flaws]:
    """Plant typing mistakes, duplicates and broken lines; return the lines of the file."""
    usual = np.flatnonzero(~orders.kitchen_closed)
    cents = sorted(generator.choice(usual, CENTS_ROWS, replace=False).tolist())
    for index in cents:
        rows[index][7] = f"{float(rows[index][7]) * 100:.2f}"
    duplicated = sorted(generator.choice(len(rows), DUPLICATED_ROWS, replace=False).tolist())
    again = set(duplicated)
    text: list[Sequence[Any]] = [ORDER_COLUMNS]
    for index, row in enumerate(rows):
        text += [row, row] if index in again else [row]
    lines = csv_text(text).splitlines()
    places = generator.choice(np.arange(len(lines) // 3, len(lines)), BROKEN_ROWS, replace=False)
    for number, place in enumerate(sorted(places.tolist())):
        cut = lines[place].split(",")
        lines[place] = ",".join([*cut, "?"] if number == 1 else cut[:6])
    broken = [int(place) + 1 for place in sorted(places.tolist())]
    return lines, Flaws(
        [rows[each][0] for each in cents], [rows[each][0] for each in again], broken
    )


def effects(
    seed: int, orders: Orders, rows: Sequence[Sequence[Any]], flaws: Flaws
) -> dict[str, Any]:
    """List what was planted, with sizes measured on the rows."""
    lines = len(rows) + DUPLICATED_ROWS
    return {
        "synthetic": True,
        "note": "Cherry Kitchen is made up. Every row comes from examples/make_sample.py.",
        "seed": seed,
        "files": {
            "orders.csv": {
                "lines_after_header": lines,
                "broken_lines": flaws.broken_lines,
                "rows": lines - BROKEN_ROWS,
            }
        },
        "effects": [*_relations(orders, rows, flaws), *_habits(orders), *_mistakes(orders, flaws)],
        "nothing_planted": [
            ["weather", "amount"],
            ["weather", "wait_minutes"],
            ["payment", "wait_minutes"],
            ["discount", "rating"],
        ],
    }


def _relations(
    orders: Orders, rows: Sequence[Sequence[Any]], flaws: Flaws
) -> Iterator[dict[str, Any]]:
    amount = np.array([float(row[7]) for row in rows])
    fair = ~np.isin([row[0] for row in rows], flaws.cents)
    closed, delivery = orders.kitchen_closed, orders.channel == DELIVERY
    before = amount[fair & (orders.branch == HARBOUR) & ~closed].mean()
    rated = orders.rating > 0
    yield _effect(
        "segment_change",
        ("amount", "branch", "ordered_at"),
        amount[fair & closed].mean() / before - 1,
        "Harbour's mean amount falls when its kitchen closes.",
        segment={"branch": "Harbour"},
        since=KITCHEN_CLOSED.isoformat(),
    )
    yield _effect(
        "segment_difference",
        ("wait_minutes", "channel"),
        orders.wait[delivery].mean() - orders.wait[~delivery].mean(),
        "Deliveries wait longer; minutes more than the other channels.",
        segment={"channel": "delivery"},
    )
    yield _effect(
        "correlation",
        ("party_size", "amount"),
        np.corrcoef(orders.party[fair], amount[fair])[0, 1],
        "Larger parties pay more; Pearson, without the rows in cents.",
    )
    yield _effect(
        "correlation",
        ("wait_minutes", "rating"),
        np.corrcoef(orders.wait[rated], orders.rating[rated])[0, 1],
        "Who waits longer rates lower; Pearson.",
    )


def _habits(orders: Orders) -> Iterator[dict[str, Any]]:
    delivery, takeaway = orders.channel == DELIVERY, orders.channel == TAKEAWAY
    silent = np.where(orders.rating > 0, 0.0, 1.0)
    first, last = orders.day < DAYS // 4, orders.day >= DAYS * 3 // 4
    by_weekday = np.bincount((START.weekday() + orders.day) % 7)
    yield _effect(
        "trend",
        ("channel", "ordered_at"),
        delivery[last].mean() - delivery[first].mean(),
        "The share of deliveries rises; last half-year minus the first.",
        segment={"channel": "delivery"},
    )
    yield _effect(
        "missing",
        ("rating", "channel"),
        silent[takeaway].mean() - silent[~takeaway].mean(),
        "Ratings are missing mostly for takeaway; share more than elsewhere.",
        segment={"channel": "takeaway"},
    )
    yield _effect(
        "weekday",
        ("ordered_at",),
        by_weekday[5] / by_weekday[0],
        "Saturdays have more orders than Mondays; the ratio. Parties are larger too.",
    )
    counts = np.sort(np.bincount(orders.customer)[1:])[::-1]
    named = counts[counts > 0]
    yield _effect(
        "concentration",
        ("customer_id",),
        named[: round(len(named) / 5)].sum() / named.sum(),
        "A fifth of the named customers makes most of their orders; its share.",
    )


def _mistakes(orders: Orders, flaws: Flaws) -> Iterator[dict[str, Any]]:
    yield _effect(
        "outliers",
        ("amount",),
        CENTS_ROWS,
        "Amounts typed in cents: a hundred times.",
        order_ids=flaws.cents,
    )
    yield _effect(
        "near_duplicate_category",
        ("payment",),
        (orders.payment == PAYMENTS.index("card ")).sum(),
        "Card is also spelled 'card ', with a space at its end.",
        values=["Card", "card "],
    )
    yield _effect(
        "duplicate_rows",
        ("order_id",),
        DUPLICATED_ROWS,
        "Rows that stand twice.",
        order_ids=sorted(flaws.duplicated),
    )


def _effect(
    kind: str, columns: tuple[str, ...], size: float, words: str, **more: Any
) -> dict[str, Any]:
    return {
        "kind": kind,
        "columns": columns,
        **more,
        "size": round(float(size), 3),
        "words": words,
    }

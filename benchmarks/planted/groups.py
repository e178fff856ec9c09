"""Tables with planted groups, in three strengths, and tables that only look as if."""

from collections.abc import Callable
from typing import Any

import numpy as np
from benchmarks.insight_tables import Columns, Generator, Planted, shop, times, words

STRENGTHS = ("weak", "medium", "strong")
"""The second argument of every maker, by index."""

Maker = Callable[[Generator, int], Planted]
_ROWS = 3000


def _largest(values: Any) -> Any:
    """Return where the most frequent value is: about a quarter of the rows."""
    names, counts = np.unique(values, return_counts=True)
    return values == names[counts.argmax()]


def subgroup(generator: Generator, strength: int) -> Planted:
    """Weight is higher only where the largest region meets channel 1."""
    found = shop(generator)
    hit = _largest(found["region"]) & (found["channel"] == "channel 1")
    found["weight"] = found["weight"] + (5.0, 10.0, 15.0)[strength] * hit
    return Planted(found, ("subgroup",), frozenset({"weight", "region", "channel"}))


def ranged(generator: Generator, strength: int) -> Planted:
    """Amounts fall by a part only where channel 0 meets large quantities."""
    found = shop(generator)
    hit = (found["channel"] == "channel 0") & (found["quantity"] >= 6)
    found["amount"] = np.round(found["amount"] * np.where(hit, (0.82, 0.7, 0.55)[strength], 1), 2)
    return Planted(found, ("subgroup",), frozenset({"amount", "channel", "quantity"}))


def rated(generator: Generator, strength: int) -> Planted:
    """Let customers leave more often only where the largest region meets high age."""
    found = shop(generator)
    found["age"] = generator.integers(18, 80, _ROWS)
    hit = _largest(found["region"]) & (found["age"] > 50)
    found["left"] = generator.random(_ROWS) < 0.2 + (0.15, 0.3, 0.45)[strength] * hit
    return Planted(found, ("subgroup",), frozenset({"left", "region", "age"}))


def _confounded(generator: Generator) -> tuple[Any, Any]:
    """Return a severity 0..2, and a treatment that the severe get more often."""
    severity = generator.integers(0, 3, _ROWS)
    treated = generator.random(_ROWS) < np.array([0.15, 0.5, 0.85])[severity]
    return severity, treated


def reversal(generator: Generator, strength: int) -> Planted:
    """Treatment shortens the stay, but the severe, who stay longer, are treated more often."""
    severity, treated = _confounded(generator)
    found = shop(generator)
    gain = (2.5, 4.0, 6.0)[strength]
    found["severity"] = np.array(["mild", "medium", "severe"])[severity]
    found["treatment"] = np.where(treated, "new", "old")
    found["stay"] = generator.normal(30 + 14 * severity - gain * treated, 9)
    return Planted(found, ("reversal",), frozenset({"stay", "severity", "treatment"}))


def rate_reversal(generator: Generator, strength: int) -> Planted:
    """Turn a rate around: the new treatment cures more, among the mild and among the severe."""
    severity, treated = _confounded(generator)
    found = shop(generator)
    chance = 0.8 - 0.26 * severity + (0.08, 0.13, 0.2)[strength] * treated
    found["severity"] = np.array(["mild", "medium", "severe"])[severity]
    found["treatment"] = np.where(treated, "new", "old")
    found["cured"] = generator.random(_ROWS) < chance
    return Planted(found, ("reversal",), frozenset({"cured", "severity", "treatment"}))


def slope_reversal(generator: Generator, strength: int) -> Planted:
    """Higher prices sell less within each class, but dearer classes sell more."""
    found = shop(generator)
    level = generator.integers(0, 4, _ROWS)
    price = 20 + 10 * level + generator.normal(0, 5, _ROWS)
    found["class"] = np.array(["A", "B", "C", "D"])[level]
    found["price"] = np.round(price, 2)
    own = (0.25, 0.45, 0.8)[strength]
    found["sold"] = (
        100 + 15 * level - own * (price - 20 - 10 * level) + generator.normal(0, 7, _ROWS)
    )
    return Planted(found, ("reversal",), frozenset({"price", "sold", "class"}))


def drivers(generator: Generator, strength: int) -> Planted:
    """Three columns move weight together: a product's level, a bent quantity, a channel."""
    found = shop(generator)
    size = (2.5, 4.0, 7.0)[strength]
    names = sorted(set(found["product"]))
    level = dict(zip(names, generator.normal(0, size, len(names)), strict=True))
    bent = np.abs(found["quantity"] - 4) - 1.6
    found["weight"] = (
        found["weight"]
        + np.array([level[each] for each in found["product"]])
        + 0.8 * size * bent
        + 1.5 * size * (found["channel"] == "channel 1")
    )
    about = frozenset({"weight", "product", "quantity", "channel"})
    return Planted(found, ("drivers",), about)


def _months(generator: Generator, rows: int = 9000) -> tuple[Columns, Any]:
    """Return a shop over 15 whole months, and whether a row lies in the last one."""
    found = shop(generator, rows)
    start = np.datetime64("2024-01-01T00:00:00", "s")
    seconds = np.sort(generator.integers(0, 456 * 86_400, rows))
    found["at"] = start + seconds.astype("timedelta64[s]")
    return found, found["at"] >= np.datetime64("2025-03-01")


def shift(generator: Generator, strength: int) -> Planted:
    """In the last month, amounts fall in one region by a part."""
    found, late = _months(generator)
    hit = late & _largest(found["region"])
    factor = (0.7, 0.45, 0.3)[strength]
    found["amount"] = np.round(found["amount"] * np.where(hit, factor, 1), 2)
    return Planted(found, ("shift", "change"), frozenset({"amount", "region", "at"}))


def mix_shift(generator: Generator, strength: int) -> Planted:
    """In the last month, many rows move to the dear channel; no channel's own average moves."""
    found, late = _months(generator)
    moved = late & (generator.random(len(late)) < (0.15, 0.3, 0.5)[strength])
    found["channel"] = np.where(moved, "channel 1", found["channel"])
    dear = found["channel"] == "channel 1"
    found["weight"] = found["weight"] + 30 * dear
    return Planted(found, ("shift", "change"), frozenset({"weight", "channel", "at"}))


def row_shift(generator: Generator, strength: int) -> Planted:
    """In the last month, one region sells a part of what it did."""
    found, late = _months(generator, 18_000)
    hit = late & _largest(found["region"])
    kept = ~hit | (generator.random(len(late)) < (0.5, 0.2, 0.05)[strength])
    columns = {name: each[kept] for name, each in found.items()}
    return Planted(columns, ("shift", "change"), frozenset({"region", "at", "amount"}))


def concentration(generator: Generator, strength: int) -> Planted:
    """Let a few customers make most of the rows."""
    found = shop(generator)
    shares = 1 / np.arange(1, 301) ** (0.7, 0.9, 1.1)[strength]
    names = np.array([f"c{each}" for each in range(300)])
    found["customer"] = generator.permutation(names)[
        generator.choice(300, _ROWS, p=shares / shares.sum())
    ]
    return Planted(found, ("concentration",), frozenset({"customer", "amount", "weight"}))


def siblings(generator: Generator, strength: int) -> Planted:
    """One region is heavier; a district and a second measure only follow it."""
    found = shop(generator)
    found["weight"] = found["weight"] + (5.0, 8.0, 15.0)[strength] * (found["region"] == "region 2")
    found["heft"] = 2 * found["weight"] + generator.normal(0, 15, _ROWS)
    found["district"] = np.where(
        (found["region"] == "region 2") & (generator.random(_ROWS) < 0.9), "coast", "inland"
    )
    about = frozenset({"weight", "heft", "region", "district"})
    return Planted(found, ("segment",), about)


PLANTED: dict[str, Maker] = {
    "subgroup": subgroup,
    "subgroup by a range": ranged,
    "subgroup of a rate": rated,
    "reversal": reversal,
    "reversal of a rate": rate_reversal,
    "reversal of a slope": slope_reversal,
    "drivers": drivers,
    "shift": shift,
    "shift of the mix": mix_shift,
    "shift of the rows": row_shift,
    "concentration": concentration,
    "segment with siblings": siblings,
}


def additive(generator: Generator) -> Columns:
    """Three strong effects that only add up, and one that multiplies a skewed column."""
    found = shop(generator)
    found["weight"] = (
        found["weight"]
        + 12 * (found["region"] == "region 1")
        - 9 * (found["channel"] == "channel 0")
        + 2 * found["quantity"]
    )
    dear = np.where(found["region"] == "region 1", 1.6, 1) * np.where(
        found["channel"] == "channel 0", 1.7, 1
    )
    found["amount"] = np.round(found["amount"] * dear, 2)
    return found


def confounded(generator: Generator) -> Columns:
    """Let a treatment without any effect of its own look as if it had one."""
    severity, treated = _confounded(generator)
    found = shop(generator)
    found["severity"] = np.array(["mild", "medium", "severe"])[severity]
    found["treatment"] = np.where(treated, "new", "old")
    found["stay"] = generator.normal(30 + 14 * severity, 9)
    return found


def moody(generator: Generator) -> Columns:
    """Months that differ more than chance would make them, every one of them."""
    found, _ = _months(generator)
    month = found["at"].astype("datetime64[M]").astype(int)
    level = generator.normal(0, 0.12, month.max() + 1)
    found["amount"] = np.round(found["amount"] * np.exp(level[month]), 2)
    return found


def curved(generator: Generator) -> Columns:
    """Bend a curve of one number, with a second number that goes along with the first."""
    found = shop(generator)
    x = generator.normal(0, 1, _ROWS)
    found["x"] = x
    found["y"] = 0.8 * x + 0.6 * generator.normal(0, 1, _ROWS)
    found["weight"] = found["weight"] + 6 * x**2
    return found


def seasons(generator: Generator) -> Columns:
    """Sales over years with the same months high and low."""
    rows = 12_000
    at = times(generator, rows, days=3 * 365)
    month = at.astype("datetime64[M]").astype(int) % 12
    kept = generator.random(rows) < 0.6 + 0.4 * np.sin(month * np.pi / 6)
    count = int(kept.sum())
    return {
        "at": at[kept],
        "city": words(generator, count, "city ", 6),
        "amount": np.round(generator.lognormal(3, 0.5, count), 2),
    }


ONLY_AS_IF: dict[str, tuple[Callable[[Generator], Columns], tuple[str, ...]]] = {
    "additive effects": (additive, ("subgroup", "reversal", "shift")),
    "confounded": (confounded, ("subgroup", "reversal", "shift")),
    "moody months": (moody, ("subgroup", "reversal", "shift", "drivers", "segment")),
    "a curve and its companion": (curved, ("subgroup", "reversal", "shift")),
    "seasons": (seasons, ("subgroup", "reversal", "shift", "drivers", "segment")),
}
"""Tables, and the kinds that must say nothing of them."""

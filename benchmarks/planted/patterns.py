"""Tables with a planted pattern, in three strengths, and tables that only look as if."""

from collections.abc import Callable
from typing import Any

import numpy as np
from benchmarks.insight_tables import Columns, Generator, Planted, shop, times, words

STRENGTHS = ("weak", "medium", "strong")
"""The second argument of every maker, by index."""

Maker = Callable[[Generator, int], Planted]


def odd_rows(generator: Generator, strength: int) -> Planted:
    """Amount goes with weight (r = 0.9), but not in five rows, whose values are ordinary alone."""
    found = shop(generator)
    scores = (found["weight"] - 100) / 15
    other = np.sqrt(0.8) * scores + np.sqrt(0.2) * generator.normal(size=3000)
    hit = generator.choice(3000, 5, replace=False)
    size = (1.2, 1.7, 2.4)[strength] * np.sign(generator.normal(size=5))
    found["weight"][hit] = 100 + 15 * size
    other[hit] = -size
    found["amount"] = np.round(np.exp(3 + 0.5 * other), 2)
    return Planted(found, ("odd_rows",), frozenset({"weight", "amount"}))


_CURVES: tuple[Callable[[Any], Any], ...] = (
    lambda x: (x - 0.5) ** 2,
    lambda x: np.minimum(x, 0.35),
    lambda x: (x > 0.6).astype(float),
    lambda x: np.where(x < 0.3, x / 0.3, (1 - x) / 0.7),
    lambda x: np.maximum(x - 0.65, 0.0),
)


def curve(generator: Generator, strength: int) -> Planted:
    """Weight follows the distance: up and down, a bend or a step."""
    found = shop(generator)
    x = generator.random(3000)
    y = _CURVES[int(generator.integers(len(_CURVES)))](x)
    explained = (0.06, 0.15, 0.4)[strength]
    y = (y - y.mean()) / y.std() * np.sqrt(explained)
    y = y + np.sqrt(1 - explained) * generator.normal(size=3000)
    found["distance"], found["weight"] = 50 * x, 100 + 15 * y
    return Planted(found, ("curve",), frozenset({"distance", "weight"}))


def humps(generator: Generator, strength: int) -> Planted:
    """Weights around two middles."""
    found = shop(generator)
    apart = (3.0, 3.6, 5.0)[strength] * 15
    found["weight"] = found["weight"] + apart * (generator.random(3000) < 0.4)
    return Planted(found, ("humps",), frozenset({"weight"}))


def heaping(generator: Generator, strength: int) -> Planted:
    """Minutes that some people round to tens."""
    found = shop(generator)
    minutes = np.round(generator.gamma(4, 25, 3000))
    rounded = generator.random(3000) < (0.12, 0.25, 0.5)[strength]
    found["minutes"] = np.where(rounded, np.round(minutes, -1), minutes)
    return Planted(found, ("heaping",), frozenset({"minutes"}))


def spike(generator: Generator, strength: int) -> Planted:
    """One value that keeps coming back in a smooth column."""
    found = shop(generator)
    hit = generator.random(3000) < (0.01, 0.03, 0.1)[strength]
    found["weight"] = np.where(hit, 97.5, np.round(found["weight"], 1))
    return Planted(found, ("spike",), frozenset({"weight"}))


def capped(generator: Generator, strength: int) -> Planted:
    """End the scale before the weights do."""
    found = shop(generator)
    bound = np.round(np.quantile(found["weight"], 1 - (0.01, 0.03, 0.1)[strength]))
    found["weight"] = np.minimum(np.round(found["weight"], 1), bound)
    return Planted(found, ("capped",), frozenset({"weight"}))


def orders(generator: Generator, baskets: int = 2500, items: int = 25) -> list[list[int]]:
    """Baskets of different sizes, of items of different popularity, without any liking."""
    popularity = np.sort(generator.dirichlet(np.full(items, 3.0)))[::-1]
    sizes = 1 + generator.poisson(generator.gamma(2, 1.0, baskets))
    return [
        list(generator.choice(items, min(int(size), 10), replace=False, p=popularity))
        for size in sizes
    ]


def _lines(generator: Generator, baskets: list[list[int]]) -> Columns:
    sizes = np.array([len(each) for each in baskets])
    rows = int(sizes.sum())
    return {
        "order_id": np.repeat(np.arange(len(baskets)) + 100_001, sizes),
        "item": np.array([f"item {each}" for basket in baskets for each in basket]),
        "quantity": generator.poisson(1, rows) + 1,
        "price": np.round(generator.lognormal(2, 0.5, rows), 2),
    }


def basket(generator: Generator, strength: int) -> Planted:
    """Who takes item 3 takes item 7 as well, more often than others do."""
    baskets = orders(generator)
    for each in baskets:
        if 3 in each and 7 not in each and generator.random() < (0.1, 0.25, 0.5)[strength]:
            each.append(7)
    about = frozenset({"order_id", "item"})
    return Planted(_lines(generator, baskets), ("together",), about)


def visits(
    generator: Generator, *, newer: float = 1.0, fading: float = 1.0, months: int = 18
) -> Columns:
    """Let customers arrive over time and come back; `newer` are likelier to by that factor.

    Each month after the first, the likelihood is `fading` times that of the month before.
    """
    customers = 2000
    first = generator.integers(0, months, customers)
    loyal = generator.beta(4, 6, customers) * newer ** (first / months)
    rows = []
    for customer in range(customers):
        for month in range(first[customer], months):
            age = month - first[customer]
            if age == 0 or generator.random() < loyal[customer] * fading ** (age - 1):
                rows += [(customer, month)] * (1 + int(generator.poisson(0.3)))
    table = np.array(rows)
    begun = np.datetime64("2024-01", "M") + table[:, 1]
    start, end = (each.astype("datetime64[D]") for each in (begun, begun + 1))
    days = start + ((end - start).astype(int) * generator.random(len(table))).astype(int)
    order = np.argsort(days, kind="stable")
    return {
        "customer": np.array([f"C{each:04d}" for each in table[:, 0]])[order],
        "visited_on": days[order],
        "spent": np.round(generator.lognormal(3, 0.4, len(table)), 2),
    }


def cohorts(generator: Generator, strength: int) -> Planted:
    """Newer customers come back less."""
    found = visits(generator, newer=(0.65, 0.4, 0.2)[strength])
    return Planted(found, ("cohorts",), frozenset({"customer", "visited_on"}))


def retention(generator: Generator, strength: int) -> Planted:
    """Have customers come back less the longer they are customers."""
    found = visits(generator, fading=(0.95, 0.85, 0.7)[strength])
    return Planted(found, ("retention",), frozenset({"customer", "visited_on"}))


PLANTED: dict[str, Maker] = {
    "odd rows": odd_rows,
    "curve": curve,
    "humps": humps,
    "heaping": heaping,
    "spike": spike,
    "capped": capped,
    "basket": basket,
    "cohorts": cohorts,
    "retention": retention,
}


# Tables that only look as if.


def plain_orders(generator: Generator) -> Columns:
    """Baskets without any liking: large ones hold more of everything."""
    return _lines(generator, orders(generator))


def steady_visits(generator: Generator) -> Columns:
    """Let customers of uneven zeal come at random times: the zealous are seen first."""
    rows = 8000
    zeal = generator.dirichlet(np.full(3000, 0.7))
    return {
        "customer": np.array([f"C{each:04d}" for each in generator.choice(3000, rows, p=zeal)]),
        "visited_at": times(generator, rows),
        "spent": np.round(generator.lognormal(3, 0.4, rows), 2),
    }


def entwined(generator: Generator) -> Columns:
    """Measures that all go along with one another, in lines, some with heavy tails."""
    shared = generator.normal(size=(1500, 1))
    scores = 0.7 * shared + 0.7 * generator.normal(size=(1500, 5))
    return {
        "group": words(generator, 1500, "g", 4),
        "a": scores[:, 0],
        "b": np.exp(scores[:, 1]),
        "c": np.round(10 * scores[:, 2]),
        "d": np.sinh(scores[:, 3]),
        "e": scores[:, 4] ** 3,
    }


def shapes(generator: Generator) -> Columns:
    """Every ordinary shape of one column."""
    rows = 1500
    return {
        "uniform": generator.uniform(0, 10, rows),
        "counts": generator.poisson(20, rows),
        "triangle": generator.triangular(0, 1, 10, rows),
        "beta": generator.beta(2, 5, rows),
        "whole": np.round(generator.normal(500, 120, rows)),
        "cents": np.round(generator.gamma(2, 15, rows), 2),
        "geometric": generator.geometric(0.05, rows),
        "laplace": np.round(generator.laplace(0, 10, rows), 1),
    }


NULLS: dict[str, Callable[[Generator], Columns]] = {
    "plain orders": plain_orders,
    "steady visits": steady_visits,
    "entwined": entwined,
    "shapes": shapes,
}

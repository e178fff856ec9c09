"""Tables for measuring insights: some without any signal, some with one planted effect."""

import dataclasses
from collections.abc import Callable
from importlib import resources
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

Generator = np.random.Generator
Columns = dict[str, Any]


def times(generator: Generator, rows: int, days: int = 540) -> Any:
    """Return random moments in order, all hours alike."""
    start = np.datetime64("2024-01-01T00:00:00", "s")
    return start + np.sort(generator.integers(0, days * 86_400, rows)).astype("timedelta64[s]")


def words(generator: Generator, rows: int, prefix: str, count: int, even: float = 8.0) -> Any:
    """Return category names, some more frequent than others."""
    shares = generator.dirichlet(np.full(count, even))
    names = np.array([f"{prefix}{each}" for each in range(count)])
    return names[generator.choice(count, rows, p=shares)]


# Tables without signal.


def shop(generator: Generator, rows: int = 3000) -> Columns:
    """Sales: moments, three dimensions, three measures of different shapes."""
    return {
        "id": np.arange(rows),
        "at": times(generator, rows),
        "region": words(generator, rows, "region ", 5),
        "product": words(generator, rows, "product ", 12),
        "channel": words(generator, rows, "channel ", 3),
        "amount": np.round(generator.lognormal(3, 0.5, rows), 2),
        "weight": generator.normal(100, 15, rows),
        "quantity": generator.poisson(4, rows),
    }


def heavy(generator: Generator) -> Columns:
    """Heavy tails, uneven categories."""
    rows = 2000
    return {
        "group": words(generator, rows, "g", 8, 1.0),
        "flag": generator.random(rows) < 0.1,
        "income": generator.pareto(2.5, rows) * 1000,
        "loss": generator.standard_t(3, rows),
        "wait": generator.exponential(5, rows),
        "skew": generator.lognormal(0, 1.2, rows),
    }


def daily(generator: Generator) -> Columns:
    """One row a day, each series remembering the day before."""
    rows = 500
    found: Columns = {"day": np.datetime64("2023-01-01") + np.arange(rows)}
    for place, memory in enumerate((0.0, 0.4, 0.7)):
        noise = generator.normal(size=rows)
        for each in range(1, rows):
            noise[each] += memory * noise[each - 1]
        found[f"series {place}"] = noise * 5 + 100
    return found


def small(generator: Generator) -> Columns:
    """Eighty rows."""
    rows = 80
    return {
        "kind": words(generator, rows, "k", 3),
        "a": generator.normal(size=rows),
        "b": generator.lognormal(size=rows),
        "c": generator.integers(0, 10, rows),
    }


def wide(generator: Generator) -> Columns:
    """Twenty measures, six dimensions."""
    rows = 600
    found: Columns = {f"m{each}": generator.normal(size=rows) for each in range(20)}
    return found | {f"d{each}": words(generator, rows, "v", 4) for each in range(6)}


def gaps(generator: Generator) -> Columns:
    """Values missing at random."""
    found = shop(generator, 1500)
    for name in ("amount", "weight", "region"):
        found[name] = pa.array(found[name], mask=generator.random(1500) < 0.15)
    return found


def survey(generator: Generator) -> Columns:
    """Answers from 1 to 5, and who gave them."""
    rows = 1200
    found: Columns = {f"question {each}": generator.integers(1, 6, rows) for each in range(8)}
    found["sex"] = words(generator, rows, "s", 2)
    found["age"] = generator.integers(18, 80, rows)
    return found | {"city": words(generator, rows, "city ", 20, 2.0)}


def shuffled_sample(generator: Generator) -> Columns:
    """Shuffle each column of the shipped sample on its own.

    What a single column shows by itself is real, and replaced: its busy weekdays, its regular
    customers, the amounts typed in cents.
    """
    path = resources.files("morello.sample") / "orders.csv"
    options = csv.ParseOptions(invalid_row_handler=lambda _: "skip")
    table = csv.read_csv(str(path), parse_options=options).slice(0, 8000)
    rows = table.num_rows
    found: Columns = {
        "ordered_at": generator.permutation(times(generator, rows)),
        "customer_id": words(generator, rows, "C", 600, 50.0),
    }
    for name in set(table.column_names) - set(found):
        values = table.column(name)
        if name == "amount":
            values = pa.array(np.minimum(values.to_numpy(), 300))
        found[name] = values.take(pa.array(generator.permutation(len(values))))
    return found


def shuffled(name: str) -> Callable[[Generator], Columns]:
    """One of scikit-learn's real sets, each column shuffled on its own."""

    def make(generator: Generator) -> Columns:
        from sklearn import datasets  # noqa: PLC0415 - only here, and slow

        frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
        return {each: generator.permutation(frame[each].to_numpy()) for each in frame.columns}

    return make


NULLS: dict[str, Callable[[Generator], Columns]] = {
    "shop": shop,
    "heavy tails": heavy,
    "daily series": daily,
    "80 rows": small,
    "20 measures": wide,
    "gaps": gaps,
    "survey": survey,
    "shuffled sample": shuffled_sample,
    "shuffled diabetes": shuffled("diabetes"),
    "shuffled wine": shuffled("wine"),
}


# Effects of medium strength, planted into the shop.


@dataclasses.dataclass(frozen=True)
class Planted:
    """A table and what has to be found in it."""

    columns: Columns
    kinds: tuple[str, ...]
    about: frozenset[str]


def segment(generator: Generator) -> Planted:
    """One region's weight is half a standard deviation heavier."""
    found = shop(generator)
    found["weight"] = found["weight"] + 7.5 * (found["region"] == "region 2")
    return Planted(found, ("segment",), frozenset({"weight", "region"}))


def driver(generator: Generator) -> Planted:
    """Every product has its own level of weight: a tenth of the variance."""
    found = shop(generator)
    level = dict(zip(sorted(set(found["product"])), generator.normal(0, 5, 12), strict=False))
    found["weight"] = found["weight"] + np.array([level[each] for each in found["product"]])
    return Planted(found, ("segment",), frozenset({"weight", "product"}))


def change(generator: Generator) -> Planted:
    """Raise the average weight by 8 % from some day on."""
    found = shop(generator)
    since = np.datetime64("2024-01-01") + np.timedelta64(int(generator.integers(150, 400)), "D")
    found["weight"] = found["weight"] + 8.0 * (found["at"] >= since)
    return Planted(found, ("change", "trend"), frozenset({"weight", "at"}))


def segment_change(generator: Generator) -> Planted:
    """In one region only, the weight rises by 15 % from some day on."""
    found = shop(generator)
    since = np.datetime64("2024-01-01") + np.timedelta64(int(generator.integers(180, 360)), "D")
    hit = (found["at"] >= since) & (found["region"] == "region 1")
    found["weight"] = found["weight"] + 15.0 * hit
    about = frozenset({"weight", "at", "region"})
    return Planted(found, ("change", "trend", "segment"), about)


def trend(generator: Generator) -> Planted:
    """Let the number of rows a day double over the table's time."""
    found = shop(generator)
    share = np.sqrt(1 + 3 * np.sort(generator.random(3000))) - 1
    start = np.datetime64("2024-01-01T00:00:00", "s")
    found["at"] = start + (share * 540 * 86_400).astype("timedelta64[s]")
    return Planted(found, ("trend", "change"), frozenset({"at"}))


def weekday(generator: Generator) -> Planted:
    """Half more rows on Saturdays and Sundays."""
    found = shop(generator, 4000)
    days = (found["at"].astype("datetime64[D]").astype(int) + 3) % 7
    kept = (days >= 5) | (generator.random(4000) < 2 / 3)
    return Planted(
        {name: each[kept] for name, each in found.items()}, ("weekday",), frozenset({"at"})
    )


def outliers(generator: Generator) -> Planted:
    """Five weights ten to fifteen standard deviations off."""
    found = shop(generator)
    hit = generator.choice(3000, 5, replace=False)
    found["weight"][hit] = 100 + 15 * generator.uniform(10, 15, 5)
    return Planted(found, ("outliers",), frozenset({"weight"}))


def cents(generator: Generator) -> Planted:
    """Six amounts typed in cents, in a skewed column."""
    found = shop(generator)
    found["amount"][generator.choice(3000, 6, replace=False)] *= 100
    return Planted(found, ("outliers",), frozenset({"amount"}))


def correlation(generator: Generator) -> Planted:
    """Weight and amount correlate by 0.3."""
    found = shop(generator)
    noise = np.log(found["amount"])
    noise = (noise - noise.mean()) / noise.std()
    found["weight"] = 100 + 15 * (0.3 * noise + 0.954 * generator.normal(size=3000))
    return Planted(found, ("correlation",), frozenset({"weight", "amount"}))


def association(generator: Generator) -> Planted:
    """One region uses one channel in 25 points more of its rows."""
    found = shop(generator)
    hit = (found["region"] == "region 0") & (generator.random(3000) < 0.25)
    found["channel"] = np.where(hit, "channel 1", found["channel"])
    return Planted(found, ("association",), frozenset({"region", "channel"}))


def missing(generator: Generator) -> Planted:
    """Blank a value in 20 points more of one channel's rows."""
    found = shop(generator)
    chance = 0.05 + 0.2 * (found["channel"] == "channel 2")
    found["weight"] = pa.array(found["weight"], mask=generator.random(3000) < chance)
    return Planted(found, ("missing",), frozenset({"weight", "channel"}))


PLANTED: dict[str, Callable[[Generator], Planted]] = {
    "segment": segment,
    "driver": driver,
    "change": change,
    "segment change": segment_change,
    "trend": trend,
    "weekday": weekday,
    "outliers": outliers,
    "outliers in a skewed column": cents,
    "correlation": correlation,
    "association": association,
    "missing": missing,
}

"""Tables with planted trouble in the data, in three strengths, and how much of it is found.

    python -m benchmarks.planted.quality [runs of each]

Writes benchmarks/results/planted_quality.json: the share found of each kind and strength; what is
told of tables without trouble (`benchmarks/insight_tables.py`); what is told of other columns than
those that were spoilt.
"""

import collections
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from benchmarks.insight_quality import examine
from benchmarks.insight_tables import NULLS, Columns, Generator, Planted, shop

STRENGTHS = ("weak", "medium", "strong")
"""The second argument of every maker, by index."""
RESULT = Path(__file__).parents[1] / "results" / "planted_quality.json"
RUNS = 5
_ROWS = 3000
_DAY = np.timedelta64(1, "D")

Maker = Callable[[Generator, int], Planted]


def _planted(found: Columns, kinds: str, about: str) -> Planted:
    return Planted(found, tuple(kinds.split()), frozenset(about.split()))


def _some(generator: Generator, rows: int, count: int) -> Any:
    return generator.choice(rows, count, replace=False)


def missing_by_number(generator: Generator, strength: int) -> Planted:
    """Weight is absent more often where the amount is high."""
    found = shop(generator)
    high = found["amount"] > np.median(found["amount"])
    absent = generator.random(_ROWS) < 0.05 + (0.1, 0.2, 0.4)[strength] * high
    found["weight"] = pa.array(found["weight"], mask=absent)
    return _planted(found, "missing", "weight amount")


def missing_by_group(generator: Generator, strength: int) -> Planted:
    """Weight is absent more often in one channel."""
    found = shop(generator)
    there = found["channel"] == "channel 2"
    absent = generator.random(_ROWS) < 0.05 + (0.1, 0.2, 0.4)[strength] * there
    found["weight"] = pa.array(found["weight"], mask=absent)
    return _planted(found, "missing", "weight channel")


def missing_together(generator: Generator, strength: int) -> Planted:
    """Weight and quantity are absent in the same rows, at random."""
    found = shop(generator)
    absent = generator.random(_ROWS) < (0.02, 0.08, 0.3)[strength]
    for name in ("weight", "quantity"):
        found[name] = pa.array(found[name], mask=absent)
    return _planted(found, "missing_together", "weight quantity")


def ended(generator: Generator, strength: int) -> Planted:
    """Weight has no value any more since some day."""
    found = shop(generator)
    last = found["at"][int(_ROWS * (0.97, 0.9, 0.6)[strength])]
    absent = (generator.random(_ROWS) < 0.05) | (found["at"] > last)
    found["weight"] = pa.array(found["weight"], mask=absent)
    return _planted(found, "ended", "weight at")


def _again(columns: Columns, rows: Any) -> Columns:
    return {name: np.concatenate([each, each[rows]]) for name, each in columns.items()}


def copies(generator: Generator, strength: int) -> Planted:
    """A few rows stand twice."""
    found = shop(generator)
    del found["id"]
    rows = _some(generator, _ROWS, (1, 8, 60)[strength])
    return _planted(_again(found, rows), "duplicates", "id")


def copies_but_number(generator: Generator, strength: int) -> Planted:
    """A few rows stand twice, under another number."""
    found = _again(shop(generator), _some(generator, _ROWS, (1, 8, 60)[strength]))
    found["id"] = np.arange(len(found["id"]))
    return _planted(found, "duplicates", "id")


def copies_soon(generator: Generator, strength: int) -> Planted:
    """A few rows stand twice, under another number and a minute later."""
    rows = _some(generator, _ROWS, (2, 8, 60)[strength])
    found = _again(shop(generator), rows)
    found["id"] = np.arange(len(found["id"]))
    found["at"][_ROWS:] += np.timedelta64(50, "s")
    return _planted(found, "duplicates", "id at")


def near_key(generator: Generator, strength: int) -> Planted:
    """A code that should be unique comes again in a few rows."""
    found = shop(generator)
    code = np.char.add("R", np.char.zfill(generator.permutation(_ROWS).astype(str), 5))
    count = (1, 3, 20)[strength]
    code[_some(generator, _ROWS // 2, count)] = code[_ROWS // 2 + np.arange(count)]
    found["receipt_no"] = code
    return _planted(found, "near_key", "receipt_no")


def nearly_constant(generator: Generator, strength: int) -> Planted:
    """A country that is another one in a few rows."""
    found = shop(generator)
    country = np.full(_ROWS, "KR")
    country[_some(generator, _ROWS, (1, 3, 5)[strength])] = "JP"
    found["country"] = country
    return _planted(found, "nearly_constant", "country")


def constants(generator: Generator, strength: int) -> Planted:
    """Columns with one value, and without any."""
    found = shop(generator)
    for each in range((1, 2, 5)[strength]):
        found[f"always{each}"] = np.full(_ROWS, "x")
        found[f"never{each}"] = pa.nulls(_ROWS, pa.string())
    about = " ".join(each for each in found if each.startswith(("always", "never")))
    return _planted(found, "constant", about)


def copied_column(generator: Generator, strength: int) -> Planted:
    """A column that repeats another, but for a few rows."""
    found = shop(generator)
    other = np.array(found["product"])
    other[_some(generator, _ROWS, (20, 5, 1)[strength])] = "product 0"
    found["item"] = other
    return _planted(found, "copy", "product item")


def other_unit(generator: Generator, strength: int) -> Planted:
    """Weight in pounds beside weight in kilograms, rounded; a few typing errors."""
    found = shop(generator)
    found["weight"] = np.round(found["weight"], 2)
    pounds = np.round(found["weight"] * 2.20462, 2)
    pounds[_some(generator, _ROWS, (40, 8, 1)[strength])] += 17
    found["weight_lb"] = pounds
    return _planted(found, "line", "weight weight_lb")


def total(generator: Generator, strength: int) -> Planted:
    """A total of four parts that is wrong in a few rows."""
    found = shop(generator)
    parts = [f"part{each}" for each in range(4)]
    for place, name in enumerate(parts):
        found[name] = np.round(generator.lognormal(2 + place / 2, 0.6, _ROWS), 2)
    found["sum"] = np.sum([found[name] for name in parts], axis=0).round(2)
    found["sum"][_some(generator, _ROWS, (100, 20, 1)[strength])] += 5
    return _planted(found, "total", " ".join(["sum", *parts]))


def codes(generator: Generator, strength: int) -> Planted:
    """Numbers and names of sixty items; a few rows have another item's name."""
    found = shop(generator)
    item = generator.integers(0, 60, _ROWS)
    name = item.copy()
    name[_some(generator, _ROWS, (15, 4, 1)[strength])] = 7
    found["item_id"], found["item"] = item + 100, np.char.add("item ", name.astype(str))
    return _planted(found, "codes follows", "item_id item")


def broken_rule(generator: Generator, strength: int) -> Planted:
    """Eighty towns in four countries; a few rows have another country."""
    found = shop(generator)
    town = generator.integers(0, 80, _ROWS)
    country = town % 4
    country[_some(generator, _ROWS, (1, 5, 20)[strength])] = 0
    found["town"] = np.char.add("town ", town.astype(str))
    found["land"] = np.char.add("land ", country.astype(str))
    return _planted(found, "follows", "town land")


def _days(generator: Generator, rows: int = _ROWS, since: str = "2023-01-01") -> Any:
    return np.datetime64(since) + generator.integers(0, 700, rows) * _DAY


def date_formats(generator: Generator, strength: int) -> Planted:
    """Dates as text, some of them the other way round."""
    found = shop(generator)
    iso = np.datetime_as_string(_days(generator)).astype(object)
    other = generator.random(_ROWS) < (0.005, 0.05, 0.4)[strength]
    found["joined"] = [
        f"{text[8:]}/{text[5:7]}/{text[:4]}" if odd else text
        for text, odd in zip(iso, other, strict=True)
    ]
    return _planted(found, "dates_in_text.formats", "joined")


def date_order(generator: Generator, strength: int) -> Planted:
    """Dates as text with the day first, in some rows with the month first."""
    found = shop(generator)
    iso = np.datetime_as_string(_days(generator)).astype(object)
    other = generator.random(_ROWS) < (0.005, 0.05, 0.3)[strength]
    found["joined"] = [
        f"{text[5:7]}/{text[8:]}/{text[:4]}" if odd else f"{text[8:]}/{text[5:7]}/{text[:4]}"
        for text, odd in zip(iso, other, strict=True)
    ]
    return _planted(found, "dates_in_text.order.day", "joined")


def date_placeholder(generator: Generator, strength: int) -> Planted:
    """Births, some of them on the first day that a program knows."""
    found = shop(generator)
    born = np.datetime64("1935-01-01") + generator.integers(0, 25_000, _ROWS) * _DAY
    born[_some(generator, _ROWS, (6, 25, 300)[strength])] = np.datetime64("1900-01-01")
    found["born"] = born
    return _planted(found, "placeholder_date", "born")


def future(generator: Generator, strength: int) -> Planted:
    """Births in years to come: two digits of the year were read as this century's."""
    found = shop(generator)
    born = np.datetime64("1935-01-01") + generator.integers(0, 30_000, _ROWS) * _DAY
    count = (1, 5, 30)[strength]
    born[_some(generator, _ROWS, count)] = np.datetime64("2050-01-01") + np.arange(count) * _DAY
    found["born"] = born
    return _planted(found, "future_dates", "born")


def wrong_order(generator: Generator, strength: int) -> Planted:
    """Parcels that arrived before they were sent."""
    found = shop(generator)
    sent = _days(generator)
    arrived = sent + generator.integers(0, 9, _ROWS) * _DAY
    rows = _some(generator, _ROWS, (1, 5, 40)[strength])
    arrived[rows] = sent[rows] - generator.integers(1, 30, len(rows)) * _DAY
    found["sent_on"], found["arrived_on"] = sent, arrived
    return _planted(found, "wrong_order", "sent_on arrived_on")


def missing_days(generator: Generator, strength: int) -> Planted:
    """A year and a half of sales without some days in March."""
    found = shop(generator, 8000)
    first = np.datetime64("2024-03-05")
    gone = (found["at"] >= first) & (found["at"] < first + (1, 3, 10)[strength] * _DAY)
    return _planted({name: each[~gone] for name, each in found.items()}, "missing_days", "at")


def missing_dates(generator: Generator, strength: int) -> Planted:
    """One row for each working day, but for some."""
    days = np.datetime64("2023-01-02") + np.arange(600)
    days = days[(days.astype(int) + 3) % 7 < 5]
    days = np.delete(days, 100 + np.arange((1, 3, 8)[strength]))
    found = {"day": days, "price": generator.normal(size=len(days)).cumsum() + 100}
    return _planted(found, "missing_days", "day")


def cents(generator: Generator, strength: int) -> Planted:
    """Some amounts are in cents."""
    found = shop(generator)
    rows = _some(generator, _ROWS, (45, 200, 1000)[strength])
    found["amount"][rows] *= 100
    return _planted(found, "units.above", "amount")


def pounds(generator: Generator, strength: int) -> Planted:
    """One region weighs in pounds."""
    found = shop(generator)
    found["weight"] = 80 + found["weight"] * (0.1, 0.2, 0.25)[2 - strength]
    there = found["region"] == "region 3"
    found["weight"] = np.where(there, found["weight"] * 2.20462, found["weight"])
    return _planted(found, "units.group.higher", "weight region")


def placeholder(generator: Generator, strength: int) -> Planted:
    """Weights of 999 or -1 for the unknown."""
    found = shop(generator)
    rows = _some(generator, _ROWS, (4, 20, 200)[strength])
    found["weight"][rows] = generator.choice([999.0, -1.0])
    return _planted(found, "placeholder", "weight")


def zeros(generator: Generator, strength: int) -> Planted:
    """Heights of zero for the unknown."""
    found = shop(generator)
    found["height"] = generator.normal(170, 10, _ROWS).round(1)
    found["height"][_some(generator, _ROWS, (4, 60, 600)[strength])] = 0
    return _planted(found, "placeholder.zero", "height")


def questionnaire(generator: Generator, strength: int) -> Planted:
    """Ages of 99 for the unknown."""
    found = shop(generator)
    found["age"] = np.clip(generator.normal(45, 14, _ROWS), 18, 88).astype(int)
    found["age"][_some(generator, _ROWS, (20, 60, 400)[strength])] = 99
    return _planted(found, "placeholder", "age")


def bounds(generator: Generator, strength: int) -> Planted:
    """Latitudes and longitudes that were swapped."""
    found = shop(generator)
    rows = _some(generator, _ROWS, (1, 5, 60)[strength])
    found["latitude"] = generator.uniform(33, 38, _ROWS)
    found["longitude"] = generator.uniform(125, 130, _ROWS)
    found["latitude"][rows], found["longitude"][rows] = 127.0, 36.0
    return _planted(found, "beyond_bounds", "latitude")


def negative(generator: Generator, strength: int) -> Planted:
    """Quantities below zero."""
    found = shop(generator)
    found["quantity"][_some(generator, _ROWS, (1, 5, 25)[strength])] = -1
    return _planted(found, "negative placeholder", "quantity")


def emails(generator: Generator, strength: int) -> Planted:
    """E-mail addresses without an @."""
    found = shop(generator)
    texts = np.array([f"c{each}@example.com" for each in range(_ROWS)], dtype=object)
    rows = _some(generator, _ROWS, (1, 8, 90)[strength])
    texts[rows] = [f"c{each} example.com" for each in rows]
    found["email"] = texts
    return _planted(found, "broken_format.email", "email")


def shapes(generator: Generator, strength: int) -> Planted:
    """Codes that are written differently in a few rows."""
    found = shop(generator)
    texts = np.array([f"KR-{each:05}" for each in range(_ROWS)], dtype=object)
    rows = _some(generator, _ROWS, (1, 8, 60)[strength])
    texts[rows] = [f"KR{each}" for each in rows]
    found["tracking"] = texts
    return _planted(found, "broken_format", "tracking")


def spelling(generator: Generator, strength: int) -> Planted:
    """One region is written in several ways."""
    found = shop(generator)
    region = found["region"].astype(object)
    there = np.flatnonzero(region == "region 2")
    region[there[: (1, 10, 60)[strength]]] = "Region 2 "
    found["region"] = region
    return _planted(found, "spelling", "region")


def numbers_in_text(generator: Generator, strength: int) -> Planted:
    """Prices with thousands separators, a few of them words."""
    found = shop(generator)
    texts = np.array([f"{each:,}" for each in generator.integers(1, 99_999, _ROWS)], dtype=object)
    texts[_some(generator, _ROWS, (200, 50, 5)[strength])] = "on request"
    found["price"] = texts
    return _planted(found, "numbers_in_text", "price")


PLANTED: dict[str, Maker] = {
    each.__name__.replace("_", " "): each
    for each in (
        missing_by_number, missing_by_group, missing_together, ended, copies, copies_but_number,
        copies_soon, near_key, nearly_constant, constants, copied_column, other_unit, total, codes,
        broken_rule, date_formats, date_order, date_placeholder, future, wrong_order, missing_days,
        missing_dates, cents, pounds, placeholder, zeros, questionnaire, bounds, negative, emails,
        shapes, spelling, numbers_in_text,
    )
}  # fmt: skip
"""What is planted, by name."""


def is_found(planted: Planted, finding: Any) -> bool:
    """Tell whether a finding is what was planted: its kind, and no column beside."""
    kinds = (finding.kind, finding.message.id.removeprefix("insight."))
    return bool(set(planted.kinds) & set(kinds)) and set(finding.columns) <= planted.about


def measure_planted(runs: int) -> dict[str, Any]:
    """Count what is found of what was planted, and what is told of other columns."""
    recall: dict[str, dict[str, float]] = {}
    told = beside = 0
    for place, (name, make) in enumerate(PLANTED.items()):
        recall[name] = {}
        for strength, called in enumerate(STRENGTHS):
            found = 0
            for seed in range(runs):
                planted = make(np.random.default_rng([seed, place, strength, 3]), strength)
                quality = examine(planted.columns).quality
                hits = [each for each in quality if is_found(planted, each)]
                found += bool(hits)
                told += len(quality)
                others = [each for each in quality if not set(each.columns) & planted.about]
                others = [each for each in others if each not in hits]
                beside += len(others)
                for each in others:
                    print("  beside", name, called, seed, each.id)
                if not hits:
                    print("  missed", name, called, seed, [each.id for each in quality])
            recall[name][called] = found / runs
        print(f"{name}: {recall[name]}")
    means = {
        called: round(sum(each[called] for each in recall.values()) / len(recall), 4)
        for called in STRENGTHS
    }
    return {
        "tables": runs * len(PLANTED) * len(STRENGTHS),
        "recall": means,
        "recall_by_kind": recall,
        "findings_told": told,
        "findings_about_other_columns": beside,
        "false_share": round(beside / max(told, 1), 4),
    }


def measure_clean(runs: int) -> dict[str, Any]:
    """Count the runs in which any trouble is told of tables that have none."""
    said: dict[str, int] = {}
    kinds: collections.Counter[str] = collections.Counter()
    for place, (name, make) in enumerate(NULLS.items()):
        said[name] = 0
        for seed in range(runs):
            quality = examine(make(np.random.default_rng([seed, place, 11]))).quality
            said[name] += bool(quality)
            kinds.update(each.kind for each in quality)
            for each in quality:
                print("  clean", name, seed, each.id)
    total_runs = runs * len(NULLS)
    return {
        "runs": total_runs,
        "runs_that_said_something": sum(said.values()),
        "share": round(sum(said.values()) / total_runs, 4),
        "by_shape": said,
        "kinds_said": dict(kinds),
    }


def main() -> None:
    """Measure and write."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    began = time.perf_counter()
    result = {
        "what": "Trouble in data: what is found of what was planted, and what is said without.",
        "planted": measure_planted(runs),
        "clean": measure_clean(4 * runs),
        "seconds": round(time.perf_counter() - began, 1),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

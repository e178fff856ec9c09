"""Columns that hold nothing new, or nearly so."""

import numpy as np
import pyarrow as pa
from benchmarks.insight_tables import Generator, Planted, shop
from benchmarks.planted.spoilt.spoilt import ROWS, planted, some


def near_key(generator: Generator, strength: int) -> Planted:
    """Repeat a code that should be unique in a few rows."""
    found = shop(generator)
    code = np.char.add("R", np.char.zfill(generator.permutation(ROWS).astype(str), 5))
    count = (1, 3, 20)[strength]
    code[some(generator, ROWS // 2, count)] = code[ROWS // 2 + np.arange(count)]
    found["receipt_no"] = code
    return planted(found, "near_key", "receipt_no")


def nearly_constant(generator: Generator, strength: int) -> Planted:
    """Make a country that is another one in a few rows."""
    found = shop(generator)
    country = np.full(ROWS, "KR")
    country[some(generator, ROWS, (1, 3, 5)[strength])] = "JP"
    found["country"] = country
    return planted(found, "nearly_constant", "country")


def constants(generator: Generator, strength: int) -> Planted:
    """Columns with one value, and without any."""
    found = shop(generator)
    for each in range((1, 2, 5)[strength]):
        found[f"always{each}"] = np.full(ROWS, "x")
        found[f"never{each}"] = pa.nulls(ROWS, pa.string())
    about = " ".join(each for each in found if each.startswith(("always", "never")))
    return planted(found, "constant", about)


def copied_column(generator: Generator, strength: int) -> Planted:
    """Repeat a column, but for a few rows."""
    found = shop(generator)
    other = np.array(found["product"])
    other[some(generator, ROWS, (20, 5, 1)[strength])] = "product 0"
    found["item"] = other
    return planted(found, "copy", "product item")


def other_unit(generator: Generator, strength: int) -> Planted:
    """Weight in pounds beside weight in kilograms, rounded; a few typing errors."""
    found = shop(generator)
    found["weight"] = np.round(found["weight"], 2)
    pounds = np.round(found["weight"] * 2.20462, 2)
    pounds[some(generator, ROWS, (40, 8, 1)[strength])] += 17
    found["weight_lb"] = pounds
    return planted(found, "line", "weight weight_lb")


def total(generator: Generator, strength: int) -> Planted:
    """Make a total of four parts that is wrong in a few rows."""
    found = shop(generator)
    parts = [f"part{each}" for each in range(4)]
    for place, name in enumerate(parts):
        found[name] = np.round(generator.lognormal(2 + place / 2, 0.6, ROWS), 2)
    found["sum"] = np.sum([found[name] for name in parts], axis=0).round(2)
    found["sum"][some(generator, ROWS, (100, 20, 1)[strength])] += 5
    return planted(found, "total", " ".join(["sum", *parts]))


def codes(generator: Generator, strength: int) -> Planted:
    """Numbers and names of sixty items; a few rows have another item's name."""
    found = shop(generator)
    item = generator.integers(0, 60, ROWS)
    name = item.copy()
    name[some(generator, ROWS, (15, 4, 1)[strength])] = 7
    found["item_id"], found["item"] = item + 100, np.char.add("item ", name.astype(str))
    return planted(found, "codes follows", "item_id item")


def broken_rule(generator: Generator, strength: int) -> Planted:
    """Eighty towns in four countries; a few rows have another country."""
    found = shop(generator)
    town = generator.integers(0, 80, ROWS)
    country = town % 4
    country[some(generator, ROWS, (1, 5, 20)[strength])] = 0
    found["town"] = np.char.add("town ", town.astype(str))
    found["land"] = np.char.add("land ", country.astype(str))
    return planted(found, "follows", "town land")

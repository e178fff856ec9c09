"""Numbers and texts that cannot be meant."""

import numpy as np
from benchmarks.insight_tables import Generator, Planted, shop
from benchmarks.planted.spoilt.spoilt import ROWS, planted, some


def cents(generator: Generator, strength: int) -> Planted:
    """Keep some amounts in cents."""
    found = shop(generator)
    rows = some(generator, ROWS, (45, 200, 1000)[strength])
    found["amount"][rows] *= 100
    return planted(found, "units.above", "amount")


def pounds(generator: Generator, strength: int) -> Planted:
    """One region weighs in pounds."""
    found = shop(generator)
    found["weight"] = 80 + found["weight"] * (0.1, 0.2, 0.25)[2 - strength]
    there = found["region"] == "region 3"
    found["weight"] = np.where(there, found["weight"] * 2.20462, found["weight"])
    return planted(found, "units.group.higher", "weight region")


def placeholder(generator: Generator, strength: int) -> Planted:
    """Weights of 999 or -1 for the unknown."""
    found = shop(generator)
    rows = some(generator, ROWS, (4, 20, 200)[strength])
    found["weight"][rows] = generator.choice([999.0, -1.0])
    return planted(found, "placeholder", "weight")


def zeros(generator: Generator, strength: int) -> Planted:
    """Heights of zero for the unknown."""
    found = shop(generator)
    found["height"] = generator.normal(170, 10, ROWS).round(1)
    found["height"][some(generator, ROWS, (4, 60, 600)[strength])] = 0
    return planted(found, "placeholder.zero", "height")


def questionnaire(generator: Generator, strength: int) -> Planted:
    """Ages of 99 for the unknown."""
    found = shop(generator)
    found["age"] = np.clip(generator.normal(45, 14, ROWS), 18, 88).astype(int)
    found["age"][some(generator, ROWS, (20, 60, 400)[strength])] = 99
    return planted(found, "placeholder", "age")


def bounds(generator: Generator, strength: int) -> Planted:
    """Latitudes and longitudes that were swapped."""
    found = shop(generator)
    rows = some(generator, ROWS, (1, 5, 60)[strength])
    found["latitude"] = generator.uniform(33, 38, ROWS)
    found["longitude"] = generator.uniform(125, 130, ROWS)
    found["latitude"][rows], found["longitude"][rows] = 127.0, 36.0
    return planted(found, "beyond_bounds", "latitude")


def negative(generator: Generator, strength: int) -> Planted:
    """Quantities below zero."""
    found = shop(generator)
    found["quantity"][some(generator, ROWS, (1, 5, 25)[strength])] = -1
    return planted(found, "negative placeholder", "quantity")


def emails(generator: Generator, strength: int) -> Planted:
    """E-mail addresses without an @."""
    found = shop(generator)
    texts = np.array([f"c{each}@example.com" for each in range(ROWS)], dtype=object)
    rows = some(generator, ROWS, (1, 8, 90)[strength])
    texts[rows] = [f"c{each} example.com" for each in rows]
    found["email"] = texts
    return planted(found, "broken_format.email", "email")


def shapes(generator: Generator, strength: int) -> Planted:
    """Codes that are written differently in a few rows."""
    found = shop(generator)
    texts = np.array([f"KR-{each:05}" for each in range(ROWS)], dtype=object)
    rows = some(generator, ROWS, (1, 8, 60)[strength])
    texts[rows] = [f"KR{each}" for each in rows]
    found["tracking"] = texts
    return planted(found, "broken_format", "tracking")


def spelling(generator: Generator, strength: int) -> Planted:
    """One region is written in several ways."""
    found = shop(generator)
    region = found["region"].astype(object)
    there = np.flatnonzero(region == "region 2")
    region[there[: (1, 10, 60)[strength]]] = "Region 2 "
    found["region"] = region
    return planted(found, "spelling", "region")


def numbers_in_text(generator: Generator, strength: int) -> Planted:
    """Prices with thousands separators, a few of them words."""
    found = shop(generator)
    texts = np.array([f"{each:,}" for each in generator.integers(1, 99_999, ROWS)], dtype=object)
    texts[some(generator, ROWS, (200, 50, 5)[strength])] = "on request"
    found["price"] = texts
    return planted(found, "numbers_in_text", "price")

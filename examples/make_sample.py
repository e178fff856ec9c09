"""Make the shipped sample: a restaurant group's two years, synthetic, with effects planted in it.

    .venv/bin/python examples/make_sample.py [FOLDER]     (default: src/morello/sample)

The same seed always gives the same rows. `effects.json` lists what was planted, with the sizes
measured on the rows as written, so that a reader can check what an analysis finds.
"""

import datetime
import gzip
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from cherry_kitchen import (
    BRANCHES,
    CUSTOMERS,
    DAYS,
    HARBOUR,
    KITCHEN_CLOSED,
    START,
    make_items,
    make_orders,
    order_rows,
)
from openpyxl import Workbook
from planted_effects import csv_text, effects, spoil

SEED = 20_241_001
INGREDIENTS = ("beef", "mackerel", "rice", "mushroom", "noodles", "flour", "cherries", "beer")
SAMPLE = Path(__file__).parent.parent / "src" / "morello" / "sample"
_ZIP_DATE = (2026, 10, 1, 0, 0, 0)
_SAVED_AT = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def main(folder: Path) -> None:
    """Write every file of the sample."""
    generator = np.random.default_rng(SEED)
    orders = make_orders(generator)
    items = make_items(generator, orders)
    rows = order_rows(orders, items)
    lines, flaws = spoil(generator, orders, rows)
    (folder / "orders.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    header = ("order_id", "item", "group", "quantity", "unit_price")
    table = [header, *((rows[order][0], *rest) for order, *rest in items)]
    packed = gzip.compress(csv_text(table).encode(), 9, mtime=0)
    (folder / "items.csv.gz").write_bytes(packed)
    (folder / "customers.csv").write_text(
        csv_text(_customers(generator)), encoding="utf-8", newline=""
    )
    (folder / "stock.xlsx").write_bytes(_workbook(_stock(generator)))
    listed = json.dumps(effects(SEED, orders, rows, flaws), indent=2, ensure_ascii=False)
    (folder / "effects.json").write_text(listed + "\n", encoding="utf-8", newline="")


def _customers(generator: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield ("customer_id", "email", "joined_on", "home_branch", "birth_year", "newsletter")
    joined = generator.integers(-900, DAYS, CUSTOMERS)
    branch = generator.integers(0, len(BRANCHES), CUSTOMERS)
    born = np.clip(generator.normal(1986, 13, CUSTOMERS), 1935, 2008).astype(int)
    unknown, wants = generator.random(CUSTOMERS) < 0.2, generator.random(CUSTOMERS) < 0.35
    for index in range(CUSTOMERS):
        name = f"C{index + 1:04}"
        yield (
            name,
            f"{name.lower()}@example.com",
            START + datetime.timedelta(days=int(joined[index])),
            BRANCHES[branch[index]],
            "" if unknown[index] else born[index],
            "yes" if wants[index] else "no",
        )


def _stock(generator: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield one row a week, branch and ingredient: bought, used and wasted, in kilograms."""
    yield ("week", "branch", "ingredient", "bought_kg", "used_kg", "wasted_kg")
    usual = generator.uniform(20, 120, (len(BRANCHES), len(INGREDIENTS)))
    for week in range(0, DAYS, 7):
        date = START + datetime.timedelta(days=week)
        for branch, place in enumerate(BRANCHES):
            for ingredient, name in enumerate(INGREDIENTS):
                hot = (
                    branch == HARBOUR and date >= KITCHEN_CLOSED and name not in {"noodles", "beer"}
                )
                used = (
                    usual[branch, ingredient] * generator.gamma(40, 1 / 40) * (0.25 if hot else 1)
                )
                wasted = used * generator.beta(2, 30)
                yield (date, place, name, round(used + wasted, 1), round(used, 1), round(wasted, 2))


def _workbook(rows: Iterator[tuple[Any, ...]]) -> bytes:
    """Return an Excel file with a title row above the header, the same bytes every time."""
    workbook = Workbook(write_only=True)
    made_at = datetime.datetime(*_ZIP_DATE)  # noqa: DTZ001 - Excel knows no time zones
    workbook.properties.created = made_at
    workbook.properties.creator = "examples/make_sample.py (synthetic)"
    sheet = workbook.create_sheet("Stock")
    sheet.append(("Cherry Kitchen (synthetic): weekly stock in kilograms",))
    for row in rows:
        sheet.append(row)
    saved, fixed = io.BytesIO(), io.BytesIO()
    workbook.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _SAVED_AT.sub(rb"\g<1>2026-10-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            target.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return fixed.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE)

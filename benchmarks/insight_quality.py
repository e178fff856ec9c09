"""How honest the findings are: what is said without signal, and which planted effects are found.

    python benchmarks/insight_quality.py [runs of each shape]

Every table is made from a seed. Writes benchmarks/results/insight_quality.json.
"""

import collections
import dataclasses
import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from pyarrow import csv

from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.engine import analyze
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.cancellation import Cancellation

RESULT = Path(__file__).parent / "results" / "insight_quality.json"
RUNS = 12
Generator = np.random.Generator
Columns = dict[str, Any]


class TableReader:
    """Reads one Arrow table, without files or keys."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def batches(
        self,
        pinned: PinnedVersion,  # noqa: ARG002 - the port
        *,
        columns: Sequence[str] | None = None,  # noqa: ARG002 - the port
        batch_rows: int = 1 << 16,
    ) -> Iterator[pa.RecordBatch]:
        """Yield the table."""
        yield from self._table.to_batches(batch_rows)

    def sql(self, query: str, pinned: Mapping[str, PinnedVersion]) -> pa.Table:
        """Ask the table."""
        with duckdb.connect(config={"threads": 1}) as connection:
            for name in pinned:
                connection.register(name, self._table)
            return connection.execute(query).to_arrow_table()


def examine(columns: Columns) -> Analysis:
    """Analyse a table given by columns."""
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    pinned = PinnedVersion(
        organization_id=uuid.UUID(int=1),
        dataset_id=uuid.UUID(int=2),
        dataset="table",
        version="0" * 64,
        rows=table.num_rows,
        columns=(),
        files=(),
        folder=Path("/"),
        key=b"",
        lineage=Lineage(how="import", rows_read=table.num_rows),
    )
    return analyze(TableReader(table), pinned, report=lambda _: None, cancellation=Cancellation())


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


def measure_nulls(runs: int) -> dict[str, Any]:
    """Count the runs in which anything is said of tables without signal."""
    said: dict[str, int] = {}
    kinds: collections.Counter[str] = collections.Counter()
    for name, make in NULLS.items():
        said[name] = 0
        for seed in range(runs):
            analysis = examine(make(np.random.default_rng([seed, len(name)])))
            told = [each for each in analysis.findings if each.group != "quality"]
            said[name] += bool(told)
            kinds.update(each.kind for each in told)
            for each in told:
                print("  null", name, seed, each.id, f"p={each.p_value:.2g} {each.numbers}")
        print(f"{name}: {said[name]} of {runs} runs said something")
    total = sum(said.values())
    return {
        "runs": runs * len(NULLS),
        "runs_that_said_something": total,
        "share": total / (runs * len(NULLS)),
        "by_shape": said,
        "kinds_said": dict(kinds),
    }


def measure_planted(runs: int) -> dict[str, Any]:
    """Count what is found of what was planted, and what else is said."""
    by_kind = {}
    told = wrong = 0
    for name, make in PLANTED.items():
        found = 0
        for seed in range(runs):
            planted = make(np.random.default_rng([seed, 7, len(name)]))
            findings = examine(planted.columns).findings
            hits = [
                each
                for each in findings
                if each.kind in planted.kinds and set(each.columns) <= planted.about
            ]
            found += bool(hits)
            others = [
                each
                for each in findings
                if each.group != "quality"
                and not set(each.columns) & (planted.about - {"at"})
                and each not in hits
            ]
            told += sum(each.group != "quality" for each in findings)
            wrong += len(others)
            for each in others:
                print("  beside", name, seed, each.id)
            if not hits:
                print("  missed", name, seed, [each.id for each in findings])
        by_kind[name] = found / runs
        print(f"{name}: {found} of {runs} found")
    return {
        "runs": runs * len(PLANTED),
        "recall": sum(by_kind.values()) / len(by_kind),
        "recall_by_kind": by_kind,
        "findings_told": told,
        "findings_about_other_columns": wrong,
        "false_share": wrong / max(told, 1),
    }


def main() -> None:
    """Measure and write."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    began = time.perf_counter()
    result = {
        "what": "Findings of the insight engine on tables without signal and with planted effects.",
        "no_signal": measure_nulls(runs),
        "planted_medium": measure_planted(runs),
        "seconds": round(time.perf_counter() - began, 1),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

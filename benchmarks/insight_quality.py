"""How honest the findings are: what is said without signal, and which planted effects are found.

    python -m benchmarks.insight_quality [runs of each shape]

Every table is made from a seed. Writes benchmarks/results/insight_quality.json.
"""

import collections
import functools
import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from benchmarks import insight_tables
from benchmarks.insight_tables import Columns, Generator, Planted
from benchmarks.planted import groups, patterns
from benchmarks.planted import time as in_time

from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.engine import analyze
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.cancellation import Cancellation

RESULT = Path(__file__).parent / "results" / "insight_quality.json"
RUNS = 10
STRENGTHS = ("weak", "medium", "strong")
_FRESH = (20_261_120,)

SILENT: dict[str, Callable[[Generator], Columns]] = {
    **insight_tables.NULLS,
    **{f"in time: {name}": make for name, make in in_time.NULLS.items()},
    # The other tables that only look like patterns hold some: zealous customers, shared causes.
    **{f"patterns: {name}": patterns.NULLS[name] for name in ("plain orders", "shapes")},
}
EFFECTS: dict[str, Callable[[Generator, int], Planted]] = {
    **{
        # These have one strength, which is the medium one.
        name: functools.partial(lambda make, generator, _: make(generator), make)
        for name, make in insight_tables.PLANTED.items()
    },
    **{f"in time: {name}": make for name, make in in_time.PLANTED.items()},
    **{f"groups: {name}": make for name, make in groups.PLANTED.items()},
    **{f"patterns: {name}": make for name, make in patterns.PLANTED.items()},
}


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


def examine(columns: Columns | pa.Table) -> Analysis:
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


Job = tuple[str, int, int]
"""The name of a shape, its strength by index, and a seed."""


def without_signal(job: Job) -> tuple[str, list[str]]:
    """Analyse a table without signal; return the kinds that are told all the same."""
    name, _, seed = job
    analysis = examine(SILENT[name](np.random.default_rng([seed, *_FRESH, *name.encode()])))
    told = [each for each in analysis.findings if each.group != "quality"]
    for each in told:
        print("  null", name, seed, each.id, f"p={each.p_value or 1:.2g} {each.numbers}")
    return name, [each.kind for each in told]


def with_signal(job: Job) -> tuple[Job, bool, int, int]:
    """Analyse a planted table: whether it was found, how much was told, how much beside it."""
    name, strength, seed = job
    planted = EFFECTS[name](
        np.random.default_rng([seed, strength, *_FRESH, *name.encode()]), strength
    )
    findings = examine(planted.columns).findings
    hits = [
        each
        for each in findings
        if each.kind in planted.kinds and set(each.columns) <= planted.about
    ]
    others = [
        each
        for each in findings
        if each.group != "quality"
        and not set(each.columns) & (planted.about - {"at"})
        and each not in hits
    ]
    for each in others:
        print("  beside", name, STRENGTHS[strength], seed, each.id)
    if not hits:
        print("  missed", name, STRENGTHS[strength], seed, [each.id for each in findings])
    return job, bool(hits), sum(each.group != "quality" for each in findings), len(others)


def measure_nulls(runs: int, pool: ProcessPoolExecutor) -> dict[str, Any]:
    """Count the runs in which anything is said of tables without signal."""
    said = dict.fromkeys(SILENT, 0)
    kinds: collections.Counter[str] = collections.Counter()
    jobs = [(name, 0, seed) for name in SILENT for seed in range(runs)]
    for name, told in pool.map(without_signal, jobs):
        said[name] += bool(told)
        kinds.update(told)
    return {
        "runs": len(jobs),
        "runs_that_said_something": sum(said.values()),
        "share": sum(said.values()) / len(jobs),
        "by_shape": said,
        "kinds_said": dict(kinds),
    }


def measure_planted(runs: int, strength: int, pool: ProcessPoolExecutor) -> dict[str, Any]:
    """Count what is found of what was planted, and what else is said."""
    found = dict.fromkeys(EFFECTS, 0)
    told = beside = 0
    jobs = [(name, strength, seed) for name in EFFECTS for seed in range(runs)]
    for (name, _, _), is_found, told_here, beside_here in pool.map(with_signal, jobs):
        found[name] += is_found
        told += told_here
        beside += beside_here
    return {
        "runs": len(jobs),
        "recall": round(sum(found.values()) / len(jobs), 4),
        "recall_by_kind": {name: round(count / runs, 4) for name, count in found.items()},
        "findings_told": told,
        "findings_about_other_columns": beside,
        "false_share": round(beside / max(told, 1), 4),
    }


def main() -> None:
    """Measure and write."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    began = time.perf_counter()
    with ProcessPoolExecutor(max_workers=2) as pool:
        result = {
            "what": "Findings of the insight engine on tables without signal and with planted"
            " effects, of seeds that nothing was tuned on. `benchmarks/planted/quality.py` does the"
            " same for trouble in the data.",
            "no_signal": measure_nulls(runs, pool),
            **{
                f"planted_{called}": measure_planted(runs, strength, pool)
                for strength, called in enumerate(STRENGTHS)
            },
            "seconds": round(time.perf_counter() - began, 1),
        }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

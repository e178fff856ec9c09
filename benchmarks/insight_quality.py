"""How honest the findings are: what is said without signal, and which planted effects are found.

    python -m benchmarks.insight_quality [runs of each shape]

Every table is made from a seed. Writes benchmarks/results/insight_quality.json.
"""

import collections
import json
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from benchmarks.insight_tables import NULLS, PLANTED, Columns

from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.engine import analyze
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.cancellation import Cancellation

RESULT = Path(__file__).parent / "results" / "insight_quality.json"
RUNS = 20


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


def measure_nulls(runs: int) -> dict[str, Any]:
    """Count the runs in which anything is said of tables without signal."""
    said: dict[str, int] = {}
    kinds: collections.Counter[str] = collections.Counter()
    for place, (name, make) in enumerate(NULLS.items()):
        said[name] = 0
        for seed in range(runs):
            analysis = examine(make(np.random.default_rng([seed, place])))
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
    for place, (name, make) in enumerate(PLANTED.items()):
        found = 0
        for seed in range(runs):
            planted = make(np.random.default_rng([seed, place, 7]))
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

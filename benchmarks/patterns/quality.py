"""How many planted patterns are found, how often patterns are told of tables without signal.

    python -m benchmarks.patterns.quality [tables of each kind and strength]

Runs the finders of patterns and those they lean on; `benchmarks/insight_quality.py` runs all.
Writes benchmarks/results/pattern_quality.json.
"""

import collections
import json
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from benchmarks import insight_tables
from benchmarks.insight_quality import TableReader
from benchmarks.planted.patterns import NULLS, PLANTED, STRENGTHS

from morello.analysis.insights.candidate import Candidate, Search
from morello.analysis.insights.engine import FALSE_DISCOVERY_RATE, look_at
from morello.analysis.insights.finders.associations import find_associations
from morello.analysis.insights.finders.correlations import find_correlations
from morello.analysis.insights.finders.dependencies import find_dependencies
from morello.analysis.insights.finders.outliers import find_outliers
from morello.analysis.insights.finders.patterns.patterns import find_patterns
from morello.analysis.insights.quality.quality import find_quality
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.significance.discovery import q_values
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.cancellation import Cancellation

RESULT = Path(__file__).parents[1] / "results" / "pattern_quality.json"
RUNS = 30
KINDS = frozenset(
    {"odd_rows", "curve", "humps", "heaping", "spike", "capped", "together", "cohorts", "retention"}
)
"""The kinds of findings that are counted here."""


FINDERS: tuple[Callable[[Subject, Search], None], ...] = (
    find_quality,
    find_outliers,
    find_dependencies,
    find_correlations,
    find_associations,
    find_patterns,
)


def examine(columns: insight_tables.Columns) -> list[Candidate]:
    """Return what stands of the counted kinds once corrected for every test, and is confirmed."""
    table = pa.table(columns)
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
    subject = look_at(
        TableReader(table), pinned, report=lambda _: None, cancellation=Cancellation()
    )
    search = Search()
    for find in FINDERS:
        find(subject, search)
    tests = np.sort(np.array(search.tests))
    q_of = q_values(tests)
    standing = []
    for each in search.candidates:
        if each.kind not in KINDS or each.p_value is None:
            continue
        if q_of[min(int(np.searchsorted(tests, each.p_value)), len(tests) - 1)] > (
            FALSE_DISCOVERY_RATE
        ):
            continue
        answer = subject.ask(each.sql).to_pylist()[0]
        known = {name: float(value) for name, value in answer.items() if value is not None}
        if len(known) == len(answer) and each.tell(known) is not None:
            standing.append(each)
    return standing


def measure_planted(runs: int) -> dict[str, Any]:
    """Give the share found by kind and strength, and what else of these kinds was told."""
    recall: dict[str, dict[str, float]] = {}
    told = wrong = 0
    for place, (name, make) in enumerate(PLANTED.items()):
        recall[name] = {}
        for strength, word in enumerate(STRENGTHS):
            found = 0
            for seed in range(runs):
                planted = make(np.random.default_rng([seed, place, strength]), strength)
                findings = examine(planted.columns)
                hits = [
                    each
                    for each in findings
                    if each.kind in planted.kinds and set(each.columns) & planted.about
                ]
                found += bool(hits)
                told += len(findings)
                others = [each.id for each in findings if not set(each.columns) & planted.about]
                wrong += len(others)
                if others:
                    print("  beside", name, word, seed, others)
            recall[name][word] = found / runs
        print(name, recall[name], flush=True)
    return {"recall": recall, "told": told, "wrong": wrong, "false_share": wrong / max(told, 1)}


def measure_nulls(runs: int) -> dict[str, Any]:
    """Count the runs in which one of these kinds is told of a table without signal."""
    said: dict[str, int] = {}
    kinds: collections.Counter[str] = collections.Counter()
    for place, (name, make) in enumerate([*insight_tables.NULLS.items(), *NULLS.items()]):
        said[name] = 0
        for seed in range(runs):
            findings = examine(make(np.random.default_rng([seed, place, 3])))
            # How real columns were recorded is no pattern, and stays when they are shuffled.
            mine = [each for each in findings if each.group != "quality"]
            said[name] += bool(mine)
            kinds.update(each.kind for each in mine)
            for each in mine:
                print("  null", name, seed, each.id, f"p={each.p_value:.2g}")
        print(name, said[name], flush=True)
    total = sum(said.values())
    count = runs * len(said)
    return {
        "runs": count, "said": total, "share": total / count, "by_shape": said, "kinds": dict(kinds)
    }  # fmt: skip


def main() -> None:
    """Measure and write."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    began = time.perf_counter()
    result: dict[str, Any] = {
        "what": "Patterns found by their finders and those they lean on: planted in three"
        " strengths, and told of tables without signal.",
        "tables_of_each": runs,
    }
    for name, measure in (("planted", measure_planted), ("no_signal", measure_nulls)):
        result[name] = measure(runs)
        result["seconds"] = round(time.perf_counter() - began, 1)
        RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

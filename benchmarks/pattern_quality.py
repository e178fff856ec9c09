"""How many planted patterns are found, how often patterns are told of tables without signal.

    python -m benchmarks.pattern_quality [tables of each kind and strength]

Runs every finder. Writes benchmarks/results/pattern_quality.json.
"""

import collections
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks import insight_tables
from benchmarks.insight_quality import examine
from benchmarks.planted.patterns import NULLS, PLANTED, STRENGTHS

RESULT = Path(__file__).parent / "results" / "pattern_quality.json"
RUNS = 30
KINDS = frozenset(
    {"odd_rows", "curve", "humps", "heaping", "spike", "capped", "together", "cohorts", "retention"}
)
"""The kinds of findings that are counted here."""


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
                findings = [
                    each for each in examine(planted.columns).findings if each.kind in KINDS
                ]
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
            findings = examine(make(np.random.default_rng([seed, place, 3]))).findings
            mine = [each for each in findings if each.kind in KINDS]
            # How real columns were recorded is no pattern, and stays when they are shuffled.
            mine = [each for each in mine if each.group != "quality"]
            said[name] += bool(mine)
            kinds.update(each.kind for each in mine)
            for each in mine:
                print("  null", name, seed, each.id, f"p={each.p_value:.2g}", each.numbers)
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
        "what": "Patterns found: planted in three strengths, and told of tables without signal.",
        "tables_of_each": runs,
    }
    for name, measure in (("planted", measure_planted), ("no_signal", measure_nulls)):
        result[name] = measure(runs)
        result["seconds"] = round(time.perf_counter() - began, 1)
        RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

"""How well groups are told: planted subgroups, reversals, drivers, shifts, and tables without them.

    python -m benchmarks.planted.measure_groups [runs of each shape]

Measures the kinds of findings that come from groups alone: what is found of what was planted, what
is said of tables without it, and what else is said. Writes benchmarks/results/planted_groups.json.
"""

import collections
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.insight_quality import examine
from benchmarks.insight_tables import NULLS
from benchmarks.planted.groups import ONLY_AS_IF, PLANTED, STRENGTHS

KINDS = ("segment", "subgroup", "reversal", "drivers", "shift", "concentration")
RESULT = Path(__file__).parents[1] / "results" / "planted_groups.json"


def measure_planted(runs: int, name: str, strength: int) -> dict[str, Any]:
    """Count what is found of one effect at one strength, and what is told beside it."""
    found = told = wrong = 0
    besides: collections.Counter[str] = collections.Counter()
    for seed in range(runs):
        seeds = [seed, strength, list(PLANTED).index(name), 41]
        planted = PLANTED[name](np.random.default_rng(seeds), strength)
        findings = [
            each
            for each in examine(planted.columns).findings
            if each.kind in {*KINDS, *planted.kinds}
        ]
        about = planted.about | {"at"}
        hits = [
            each for each in findings if each.kind in planted.kinds and set(each.columns) <= about
        ]
        others = [each for each in findings if not set(each.columns) <= about]
        found += bool(hits)
        told, wrong = told + len(findings), wrong + len(others)
        besides.update(each.kind for each in findings if each not in hits)
        for each in others:
            print("  beside", name, strength, seed, each.id, each.p_value)
    print(name, STRENGTHS[strength], found, "of", runs, flush=True)
    return {"recall": found / runs, "told": told, "wrong": wrong, "by_other_kinds": dict(besides)}


def measure_silence(runs: int) -> dict[str, Any]:
    """Count the runs in which these kinds say what is not there."""
    tables = {name: (make, KINDS) for name, make in NULLS.items()} | ONLY_AS_IF
    said: dict[str, dict[str, int]] = {}
    for place, (name, (make, kinds)) in enumerate(tables.items()):
        counts: collections.Counter[str] = collections.Counter()
        for seed in range(runs):
            findings = examine(make(np.random.default_rng([seed, place, 43]))).findings
            wrong = [each for each in findings if each.kind in kinds]
            counts.update({each.kind for each in wrong})
            for each in wrong:
                print("  said", name, seed, each.id, f"p={each.p_value:.2g} {each.numbers}")
        said[name] = dict(counts)
        print(name, said[name], "of", runs, flush=True)
    without = [said[name] for name in NULLS]
    new = sum(count for each in without for kind, count in each.items() if kind != "segment")
    return {
        "runs_of_each": runs,
        "runs_that_said_each_kind": said,
        "share_without_signal_but_segments": new / (runs * len(without)),
    }


def main() -> None:
    """Measure and write; after each part, so that what is cut short is kept."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    planted: dict[str, dict[str, Any]] = {}
    result: dict[str, Any] = {
        "what": "Findings of groups: planted in three strengths, and tables without them.",
        "runs_of_each": runs,
        "planted": planted,
    }
    for strength in (1, 2, 0):  # what is promised first
        for name in PLANTED:
            found = measure_planted(runs, name, strength)
            planted.setdefault(name, {})[STRENGTHS[strength]] = found
            told = sum(each["told"] for one in planted.values() for each in one.values())
            wrong = sum(each["wrong"] for one in planted.values() for each in one.values())
            result["false_share"] = wrong / max(told, 1)
            RESULT.write_text(json.dumps(result, indent=2) + "\n")
    result["silence"] = measure_silence(runs)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

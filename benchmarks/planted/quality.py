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
from benchmarks.insight_quality import examine
from benchmarks.insight_tables import NULLS, Columns, Generator, Planted
from benchmarks.planted.spoilt import columns, dates, rows, values

STRENGTHS = ("weak", "medium", "strong")
"""The second argument of every maker, by index."""
RESULT = Path(__file__).parents[1] / "results" / "planted_quality.json"
RUNS = 5

Maker = Callable[[Generator, int], Planted]

KINDS = {
    "missing", "missing_together", "ended", "began", "absent", "duplicates", "near_key",
    "nearly_constant", "constant", "empty", "copy", "line", "total", "formula", "same", "codes",
    "follows", "dates_in_text", "placeholder_date", "far_dates", "future_dates", "wrong_order",
    "missing_days", "units", "placeholder", "beyond_bounds", "negative", "broken_format",
    "spelling", "numbers_in_text",
}  # fmt: skip
"""What is counted; other finders tell of the shape of numbers, too."""
KNOWN = {"shuffled sample": {"absent:rating", "spelling:payment", "near_key:order_id"}}
"""Trouble that is really there."""

_MAKERS = {
    rows: "missing_by_number missing_by_group missing_together ended copies copies_but_number"
    " copies_soon",
    columns: "near_key nearly_constant constants copied_column other_unit total codes broken_rule",
    dates: "date_formats date_order date_placeholder future wrong_order missing_days missing_dates",
    values: "cents pounds placeholder zeros questionnaire bounds negative emails"
    " shapes spelling numbers_in_text",
}

PLANTED: dict[str, Maker] = {
    each.__name__.replace("_", " "): each
    for room, names in _MAKERS.items()
    for each in (getattr(room, name) for name in names.split())
}
"""What is planted, by name."""


def told_of(columns: Columns) -> list[Any]:
    """Return the findings of the kinds that are counted."""
    return [each for each in examine(columns).quality if each.kind.partition(".")[0] in KINDS]


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
                quality = told_of(planted.columns)
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
            quality = told_of(make(np.random.default_rng([seed, place, 11])))
            quality = [each for each in quality if each.id not in KNOWN.get(name, ())]
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

"""Tables with planted events in time, in three strengths, and tables without any.

    python -m benchmarks.planted.time [runs of each shape]

Measures the kinds of findings that come from time: what is found of what was planted, what is said
of tables without it, and what else is said. Writes benchmarks/results/planted_time.json.
"""

import collections
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.insight_tables import NULLS as WITHOUT_SIGNAL
from benchmarks.insight_tables import Columns, Generator, Planted, shop, times

STRENGTHS = ("weak", "medium", "strong")
"""The second argument of every maker, by index."""
KINDS = ("trend", "change", "anomaly", "weekday", "month", "hour", "monthday", "holiday")
RESULT = Path(__file__).parents[1] / "results" / "planted_time.json"

Maker = Callable[[Generator, int], Planted]
_ROWS = 8000
"""Over 540 days: fifteen a day."""
_START = np.datetime64("2024-01-01")
_AT = frozenset({"at"})
_WEIGHT = frozenset({"weight", "at"})


def _kept(found: Columns, kept: Any) -> Columns:
    return {name: each[kept] for name, each in found.items()}


def _days(found: Columns) -> Any:
    return (found["at"].astype("datetime64[D]") - _START).astype(int)


def _more(found: Columns, chosen: Any, generator: Generator) -> Columns:
    """Add rows at the times of the chosen ones; what they hold is drawn from all rows."""
    drawn = generator.integers(0, len(found["at"]), len(chosen))
    added = {name: each[drawn] for name, each in found.items()} | {"at": found["at"][chosen]}
    both = {name: np.concatenate([found[name], added[name]]) for name in found}
    order = np.argsort(both["at"], kind="stable")
    return _kept(both, order) | {"id": np.arange(len(order))}


def spike(generator: Generator, strength: int) -> Planted:
    """Multiply the rows of one day."""
    found = shop(generator, _ROWS)
    day = int(generator.integers(30, 510))
    chosen = np.flatnonzero(_days(found) == day)
    extra = round(len(chosen) * (1.5, 3.0, 5.0)[strength])
    return Planted(_more(found, generator.choice(chosen, extra), generator), ("anomaly",), _AT)


def outage(generator: Generator, strength: int) -> Planted:
    """Lose most rows of one day, all of two days, all of five days."""
    found = shop(generator, _ROWS)
    day, length = int(generator.integers(30, 500)), (1, 2, 5)[strength]
    hit = (_days(found) >= day) & (_days(found) < day + length)
    kept = ~hit | (generator.random(_ROWS) < (0.15, 0.0, 0.0)[strength])
    return Planted(_kept(found, kept), ("anomaly", "missing_days"), _AT)


def odd_average(generator: Generator, strength: int) -> Planted:
    """Raise the average weight of one day."""
    found = shop(generator, _ROWS)
    hit = _days(found) == int(generator.integers(30, 510))
    found["weight"] = found["weight"] + (16.0, 34.0, 50.0)[strength] * hit
    return Planted(found, ("anomaly",), _WEIGHT)


def segment_run(generator: Generator, strength: int) -> Planted:
    """Raise the weight of one region for three days."""
    found = shop(generator, _ROWS)
    day = int(generator.integers(30, 500))
    hit = (_days(found) >= day) & (_days(found) < day + 3)
    hit &= found["region"] == max(set(found["region"]), key=list(found["region"]).count)
    found["weight"] = found["weight"] + (18.0, 38.0, 55.0)[strength] * hit
    return Planted(found, ("anomaly",), frozenset({"weight", "at", "region"}))


def changes(generator: Generator, strength: int) -> Planted:
    """Raise the weight for a third of the time, then lower it again."""
    found = shop(generator, _ROWS)
    first, second = generator.integers(120, 200), generator.integers(300, 420)
    hit = (_days(found) >= first) & (_days(found) < second)
    found["weight"] = found["weight"] + (4.0, 8.0, 12.0)[strength] * hit
    return Planted(found, ("change",), _WEIGHT)


def drift(generator: Generator, strength: int) -> Planted:
    """Let a weekly price wander upwards: a random walk with drift."""
    steps = generator.normal((0.15, 0.4, 0.8)[strength], 1.0, 200)
    found: Columns = {
        "week": _START + 7 * np.arange(200),
        "price": 50 + np.cumsum(steps),
        "wind": generator.normal(10, 2, 200),
    }
    return Planted(found, ("trend",), frozenset({"price", "week"}))


def seasonal(generator: Generator, strength: int) -> Planted:
    """Let a monthly value rise slowly under a season and noise that remembers."""
    months = np.arange(120)
    noise = generator.normal(size=121)
    noise = noise[1:] + 0.5 * noise[:-1]
    season = (1.0, 2.0, 4.0)[strength] * np.sin(2 * np.pi * months / 12)
    rise = (0.5, 2.0, 4.0)[strength] * months / 120
    found: Columns = {
        "month": np.datetime64("2014-01") + months.astype("timedelta64[M]"),
        "value": 30 + season + rise + noise,
        "wind": generator.normal(10, 2, 120),
    }
    found["month"] = found["month"].astype("datetime64[D]")
    return Planted(found, ("month",), frozenset({"value", "month"}))


def payday(generator: Generator, strength: int) -> Planted:
    """Add rows on the 25th of each month."""
    found = shop(generator, _ROWS)
    at = found["at"]
    day = (at.astype("datetime64[D]") - at.astype("datetime64[M]")).astype(int) + 1
    chosen = np.flatnonzero((day == 25) & (generator.random(_ROWS) < (0.3, 0.7, 1.0)[strength]))
    return Planted(_more(found, chosen, generator), ("monthday",), _AT)


def holiday(generator: Generator, strength: int) -> Planted:
    """Lose rows on South Korea's public holidays."""
    import holidays  # noqa: PLC0415 - only here

    found = shop(generator, _ROWS)
    dates = list(holidays.country_holidays("KR", years=[2024, 2025]))
    hit = np.isin(found["at"].astype("datetime64[D]"), np.array(dates, dtype="datetime64[D]"))
    kept = ~hit | (generator.random(_ROWS) < (0.75, 0.5, 0.1)[strength])
    return Planted(_kept(found, kept), ("holiday",), _AT)


def midday(generator: Generator, strength: int) -> Planted:
    """Add rows from noon to two."""
    found = shop(generator, _ROWS)
    hour = found["at"].astype("datetime64[h]").astype(int) % 24
    more = generator.random(_ROWS) < (0.15, 0.4, 0.8)[strength]
    chosen = np.flatnonzero((hour >= 12) & (hour < 14) & more)
    return Planted(_more(found, chosen, generator), ("hour",), _AT)


PLANTED: dict[str, Maker] = {
    "spike": spike,
    "outage": outage,
    "odd average": odd_average,
    "segment run": segment_run,
    "several changes": changes,
    "drift": drift,
    "season": seasonal,
    "payday": payday,
    "holiday": holiday,
    "hours": midday,
}


# Tables without signal that look as if.


def walks(generator: Generator) -> Columns:
    """Prices that wander without drift, day by day."""
    found: Columns = {"day": _START + np.arange(500)}
    return found | {f"p{each}": 100 + np.cumsum(generator.normal(size=500)) for each in range(3)}


def bursts(generator: Generator) -> Columns:
    """Days of very different numbers of rows, each day on its own."""
    counts = generator.negative_binomial(4, 0.25, 400)
    rows = int(counts.sum())
    return {
        "at": np.repeat(_START + np.arange(400), counts),
        "amount": generator.lognormal(3, 0.7, rows),
        "kind": np.array(["a", "b", "c"])[generator.integers(0, 3, rows)],
    }


def heavy_days(generator: Generator) -> Columns:
    """One row a day, with heavy tails."""
    found: Columns = {"day": _START + np.arange(400)}
    return found | {f"x{each}": generator.standard_t(4, 400) for each in range(3)}


def sparse(generator: Generator) -> Columns:
    """Make a row every third day."""
    return {"at": times(generator, 250, 750), "amount": generator.lognormal(3, 0.7, 250)}


NULLS: dict[str, Callable[[Generator], Columns]] = {
    "walks": walks,
    "bursts": bursts,
    "heavy days": heavy_days,
    "sparse": sparse,
}


def measure_nulls(runs: int) -> dict[str, Any]:
    """Count the runs in which a kind of time is told where there is none."""
    from benchmarks.insight_quality import examine  # noqa: PLC0415 - it will import this file

    said: dict[str, int] = {}
    kinds: collections.Counter[str] = collections.Counter()
    for place, (name, make) in enumerate({**WITHOUT_SIGNAL, **NULLS}.items()):
        said[name] = 0
        for seed in range(runs):
            findings = examine(make(np.random.default_rng([seed, place, 3]))).findings
            told = [each for each in findings if each.kind in KINDS and each.group != "quality"]
            said[name] += bool(told)
            kinds.update(each.kind for each in told)
            for each in told:
                print("  null", name, seed, each.id, each.p_value)
    total = sum(said.values())
    return {
        "runs": runs * len(said),
        "runs_that_said_something": total,
        "share": total / (runs * len(said)),
        "by_shape": said,
        "kinds_said": dict(kinds),
    }


def measure_planted(runs: int) -> dict[str, Any]:
    """Count what is found of what was planted, and what else of these kinds is said."""
    from benchmarks.insight_quality import examine  # noqa: PLC0415 - it will import this file

    recall: dict[str, dict[str, float]] = {}
    told = wrong = 0
    for place, (name, make) in enumerate(PLANTED.items()):
        recall[name] = {}
        for strength, label in enumerate(STRENGTHS):
            found = 0
            for seed in range(runs):
                planted = make(np.random.default_rng([seed, place, 5]), strength)
                findings = examine(planted.columns).findings
                hits = [each for each in findings if _is_hit(each.kind, each.columns, planted)]
                found += bool(hits)
                ours = [each for each in findings if each.kind in KINDS]
                others = [each for each in ours if not set(each.columns) <= planted.about]
                told, wrong = told + len(ours), wrong + len(others)
                for each in others:
                    print("  beside", name, label, seed, each.id)
            recall[name][label] = found / runs
            print(f"{name}, {label}: {found} of {runs}")
    return {
        "runs": runs * len(PLANTED) * len(STRENGTHS),
        "recall": recall,
        "findings_told": told,
        "findings_about_other_columns": wrong,
        "false_share": wrong / max(told, 1),
    }


def _is_hit(kind: str, columns: list[str], planted: Planted) -> bool:
    return kind in planted.kinds and set(columns) <= planted.about


def main() -> None:
    """Measure and write."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    result = {
        "what": "Findings over time: said without signal, and found where planted.",
        "no_signal": measure_nulls(runs),
        "planted": measure_planted(runs),
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

"""Analysing large and odd tables: wall time, processor time and peak memory of the worker.

    python benchmarks/analyze_million.py [name of one table]

The tables are made by a seeded generator and imported first; only `insights.analyze` is timed. A
table that is refused is recorded with the error's id. Each runs in a process of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
from pyarrow import parquet

from morello.kernel.clock import SystemClock

_RESULTS = Path(__file__).parent / "results" / "analyze_million.json"
_SEED = 20260101
_MILLION = 1_000_000
_WALL_S_MAX = 120.0

Generator = np.random.Generator


def million(generator: Generator) -> pa.Table:
    """Make 1 M rows of 20 columns: a key, moments, categories, measures, some of them related."""
    rows = _MILLION
    start = np.datetime64("2023-01-01T00:00:00", "s")
    amount = generator.gamma(2.0, 40.0, rows).round(2)
    columns: dict[str, Any] = {
        "id": np.arange(rows),
        "at": start + np.sort(generator.integers(0, 730 * 86_400, rows)).astype("timedelta64[s]"),
        "amount": amount,
        "cost": (amount * 0.7 + generator.normal(0, 5, rows)).round(2),
        "customer": np.char.add("c", generator.integers(0, 50_000, rows).astype(str)),
    }
    for place in range(5):
        columns[f"group_{place}"] = np.char.add(
            "g", generator.integers(0, 4 + place, rows).astype(str)
        )
    for place in range(5):
        columns[f"measure_{place}"] = generator.normal(100, 10 + place, rows)
    for place in range(3):
        columns[f"count_{place}"] = generator.poisson(3 + place, rows)
    columns["is_member"] = generator.random(rows) < 0.3
    columns["remark"] = np.where(generator.random(rows) < 0.5, "fine", "late again")
    return pa.table(columns)


def wide(generator: Generator) -> pa.Table:
    """Make 5,000 columns of 2,000 rows."""
    rows = 2000
    groups = np.array(["a", "b", "c", "d"])
    return pa.table(
        {
            f"column_{place}": groups[generator.integers(0, 4, rows)]
            if place % 5 == 0
            else generator.normal(place, 1 + place % 7, rows)
            for place in range(5000)
        }
    )


def narrow(generator: Generator) -> pa.Table:
    """Make one column of 5 M rows."""
    return pa.table({"value": generator.lognormal(3, 1, 5 * _MILLION)})


def distinct(generator: Generator) -> pa.Table:
    """Make 2 M strings that are all different, with a number each."""
    rows = 2 * _MILLION
    names = [
        f"name {each:08x} of {place}"
        for place, each in enumerate(generator.integers(0, 1 << 32, rows))
    ]
    return pa.table({"name": names, "value": generator.normal(0, 1, rows)})


def empty(_: Generator) -> pa.Table:
    """Make 20 columns of 1 M rows without a single value."""
    return pa.table({f"nothing_{place}": pa.nulls(_MILLION, pa.float64()) for place in range(20)})


TABLES: dict[str, Callable[[Generator], pa.Table]] = {
    "million": million,
    "wide": wide,
    "narrow": narrow,
    "distinct": distinct,
    "empty": empty,
}


def measure(path: Path) -> None:
    """Import and analyse one file, and print the figures as JSON."""
    import morello  # noqa: PLC0415 - this process only

    clock = SystemClock()
    try:
        imported = morello.call("data.import", file=str(path), name="it")
    except morello.MorelloError as error:
        print(json.dumps({"import_refused": error.message.id}))
        return
    (worker,) = psutil.Process().children()
    Path(f"/proc/{worker.pid}/clear_refs").write_text(
        "5"
    )  # from here on the peak is the analysis's
    before_s, started = sum(worker.cpu_times()[:2]), clock.monotonic()
    figures: dict[str, Any] = {"rows": imported.rows, "columns": len(imported.columns)}
    try:
        analysis = morello.call("insights.analyze", data="it")
        figures["findings"] = len(analysis.findings)
        figures["notes"] = [each.id for each in analysis.notes]
    except morello.MorelloError as error:
        figures["refused"] = error.message.id
    figures["wall_s"] = round(clock.monotonic() - started, 1)
    if worker.is_running():
        figures["cpu_s"] = round(sum(worker.cpu_times()[:2]) - before_s, 1)
        figures["peak_memory_bytes"] = _peak_bytes(worker)
    morello.close()
    print(json.dumps(figures))


def _peak_bytes(process: psutil.Process) -> int:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def main(names: list[str]) -> None:
    """Measure every table, or those named, and keep the figures of a whole run."""
    found = {}
    for name in names or TABLES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.parquet"
            parquet.write_table(TABLES[name](np.random.default_rng(_SEED)), path)
            output = subprocess.run(
                [sys.executable, __file__, "--of", str(path)],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "MORELLO_HOME": str(Path(folder) / "home")},
            ).stdout
        found[name] = json.loads(output)
        print(name, output.strip(), flush=True)
        assert found[name].get("wall_s", 0.0) <= _WALL_S_MAX, f"{name} took too long"
    if not names:
        results = {"cores": os.cpu_count(), "tables": found}
        _RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--of"]:
        measure(Path(sys.argv[2]))
    else:
        main(sys.argv[1:])

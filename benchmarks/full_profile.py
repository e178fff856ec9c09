"""What a full profile costs: CPU and memory as multiples of a scan that hashes every value.

The table (20 million rows, 18 mixed columns, zstd Parquet, seeded) is made once and kept in the
temporary folder. Each way runs in a process of its own, one after the other. pandas gets the
first rows only, as many as fit its memory, and is compared per row; its `nunique` is for parity
with the distinct counts of ours. Prints and writes `results/profile.json`.

    python benchmarks/full_profile.py [--rows 2000000]
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

ROWS = 20_000_000
PANDAS_ROWS_MAX = 5_000_000
BATCH_ROWS = 1 << 16
ROUNDS = 3
RESULTS = Path(__file__).parent / "results" / "profile.json"


def scan(path: Path, rows: int) -> None:
    """Hash every value, in DuckDB."""
    columns = pq.read_schema(path).names
    hashes = ", ".join(f"bit_xor(hash({column}))" for column in columns)
    duckdb.sql(f"SELECT {hashes} FROM read_parquet('{path}') LIMIT {rows}").fetchall()  # noqa: S608 - our own table


def read(path: Path, rows: int) -> None:
    """Only read the batches that the profile is made of."""
    for _ in pq.ParquetFile(path, pre_buffer=False).iter_batches(BATCH_ROWS):
        assert rows


def profile(path: Path, rows: int) -> None:
    """Make our profile of the same file."""
    from morello.analysis.methods.summaries.profiling import profile as profile_of  # noqa: PLC0415 - its import is part of the price of this way only

    batches = pq.ParquetFile(path, pre_buffer=False).iter_batches(BATCH_ROWS)
    assert profile_of(batches).rows == rows


def pandas(path: Path, rows: int) -> None:
    """Describe, correlate and count different values, in pandas."""
    import pandas as pd  # noqa: PLC0415 - the same

    batches = pq.ParquetFile(path, pre_buffer=False).iter_batches(BATCH_ROWS)
    import pyarrow as pa  # noqa: PLC0415 - the same

    taken = pa.Table.from_batches(
        batch for batch, _ in zip(batches, range(0, rows, BATCH_ROWS), strict=False)
    )
    frame: pd.DataFrame = taken.slice(0, rows).to_pandas()
    del taken
    frame.describe(include="all")
    frame.corr(numeric_only=True)
    frame.nunique()


WAYS: dict[str, Callable[[Path, int], None]] = {
    "scan": scan,
    "read": read,
    "profile": profile,
    "pandas": pandas,
}


def run(way: str, path: Path, rows: int) -> dict[str, float]:
    """Run one way in a process of its own; return its CPU seconds, wall seconds, peak MB."""
    command = [sys.executable, __file__, "--way", way, "--rows", str(rows), "--path", str(path)]
    started = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, f"{way} failed"
    return {
        "cpu_s": round(used.ru_utime + used.ru_stime, 2),
        "wall_s": round(time.perf_counter() - started, 2),
        "peak_mb": round(used.ru_maxrss / 1024),
    }


def measure(rows: int) -> dict[str, object]:
    """Make the table if it is not there, and run every way on it."""
    from profile_table import write_table  # type: ignore[import-not-found]  # noqa: PLC0415 - beside this script

    path = Path(tempfile.gettempdir()) / f"morello-profile-{rows}.parquet"
    if not path.exists():
        write_table(path, rows)
    pandas_rows = min(rows, PANDAS_ROWS_MAX)
    rounds = {
        way: [run(way, path, rows) for _ in range(ROUNDS)] for way in ("scan", "read", "profile")
    }
    best = {
        way: min(results, key=lambda result: result["cpu_s"]) for way, results in rounds.items()
    }
    best["pandas"] = run("pandas", path, pandas_rows)
    scan_cpu, profile_cpu = best["scan"]["cpu_s"], best["profile"]["cpu_s"]
    return {
        "what": "A full profile beside a scan that hashes every value, and pandas.",
        "rows": rows,
        "columns": len(pq.read_schema(path).names),
        "file_mb": round(path.stat().st_size / 1e6),
        "machine": {"cores": os.cpu_count(), "processor": platform.machine()},
        "ways": best,
        "profile_cpu_s_of_each_round": [result["cpu_s"] for result in rounds["profile"]],
        "scan_cpu_s_of_each_round": [result["cpu_s"] for result in rounds["scan"]],
        "pandas_rows": pandas_rows,
        "profile_cpu_as_multiple_of_scan": round(profile_cpu / scan_cpu, 2),
        "median_profile_cpu_as_multiple_of_median_scan": round(
            statistics.median(each["cpu_s"] for each in rounds["profile"])
            / statistics.median(each["cpu_s"] for each in rounds["scan"]),
            2,
        ),
        "pandas_cpu_per_row_as_multiple_of_profile": round(
            best["pandas"]["cpu_s"] / pandas_rows / (profile_cpu / rows), 2
        ),
    }


def main() -> None:
    """Measure, or run the one way that a measuring process asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--path", type=Path)
    given = parser.parse_args()
    if given.way:
        WAYS[given.way](given.path, given.rows)
        return
    results = measure(given.rows)
    print(json.dumps(results, indent=2))
    if given.rows == ROWS:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()

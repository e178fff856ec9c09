"""What a full profile costs: CPU and memory as multiples of a scan that hashes every value.

The table (20 million rows, 18 mixed columns, zstd Parquet, seeded) is made once and kept in the
temporary folder. Each way runs in a process of its own, one after the other. pandas gets the
first rows only, as many as fit its memory, and is compared per row, in CPU and in wall time. It
does the same as ours, exactly: counts, moments, quantiles, correlations, different and most
frequent values, lengths, outlier counts, histograms. `pandas_describe` is what is usually typed:
`describe`, `corr` and `nunique`. Prints and writes `results/profile.json`.

    python benchmarks/profiles/full_profile.py [--rows 2000000]
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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROWS = 20_000_000
PANDAS_ROWS_MAX = 5_000_000
BATCH_ROWS = 1 << 17
ROUNDS = 3
_CODE_BYTES = 4
RESULTS = Path(__file__).parents[1] / "results" / "profile.json"


def scan(path: Path, rows: int) -> None:
    """Hash every value, in DuckDB."""
    columns = pq.read_schema(path).names
    hashes = ", ".join(f"bit_xor(hash({column}))" for column in columns)
    duckdb.sql(f"SELECT {hashes} FROM read_parquet('{path}') LIMIT {rows}").fetchall()  # noqa: S608 - our own table


def read(path: Path, rows: int) -> None:
    """Only read the batches that the profile is made of."""
    for _ in batches(path):
        assert rows


def batches(path: Path) -> Iterator["pa.RecordBatch"]:
    """Read the file, with texts as codes where the file has them so."""
    columns = _coded(pq.ParquetFile(path).metadata)
    file = pq.ParquetFile(path, pre_buffer=False, read_dictionary=columns)
    return cast("Iterator[pa.RecordBatch]", file.iter_batches(BATCH_ROWS))


def _coded(metadata: pq.FileMetaData) -> list[str]:
    """Return the columns of text that take less than a code's bytes for each value."""
    group = metadata.row_group(0)
    chunks = [group.column(at) for at in range(metadata.num_columns)]
    return [
        chunk.path_in_schema
        for chunk in chunks
        if chunk.physical_type == "BYTE_ARRAY"
        and chunk.total_uncompressed_size < _CODE_BYTES * chunk.num_values
    ]


def profile(path: Path, rows: int) -> None:
    """Make our profile of the same file."""
    from morello.analysis.methods.summaries.profiling import profile as profile_of  # noqa: PLC0415 - its import is part of the price of this way only

    assert profile_of(batches(path)).rows == rows


def pandas_describe(path: Path, rows: int) -> None:
    """Describe, correlate and count different values, in pandas."""
    frame = _frame(path, rows)
    frame.describe(include="all")
    frame.corr(numeric_only=True)
    frame.nunique()


def pandas(path: Path, rows: int) -> None:
    """Find out in pandas all that a profile of ours tells, column by column."""
    import numpy as np  # noqa: PLC0415 - the same
    import pandas as pd  # noqa: PLC0415 - the same

    frame = _frame(path, rows)
    frame.corr(numeric_only=True)
    for name in frame.columns:
        column = frame[name]
        column.isna().sum()
        column.value_counts().head(10)
        column.nunique()
        if pd.api.types.is_bool_dtype(column) or column.dropna().head(1).isin([True, False]).all():
            continue
        if not pd.api.types.is_numeric_dtype(column):
            if column.dtype.kind == "M":
                column = column.astype("int64") / 1e6
            else:
                present = column.dropna()
                present.min(), present.max()
                if not pd.api.types.is_object_dtype(present) or isinstance(present.iloc[0], str):
                    present.str.len().agg(["min", "mean", "max"])
                    present.head(512).str.replace("[a-z]+", "a+", regex=True).value_counts()
                continue
        column.agg(["min", "max", "mean", "std", "skew", "kurt"])
        (column == 0).sum(), (column < 0).sum()
        low, high = column.quantile([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]).iloc[[2, 4]]
        bounds = low - 3 * (high - low), high + 3 * (high - low)
        (column < bounds[0]).sum(), (column > bounds[1]).sum()
        np.histogram(column.dropna(), 30)


def _frame(path: Path, rows: int) -> "pd.DataFrame":
    import pyarrow as pa  # noqa: PLC0415 - its import is part of the price of this way only

    read = pq.ParquetFile(path, pre_buffer=False).iter_batches(BATCH_ROWS)
    taken = pa.Table.from_batches(
        batch for batch, _ in zip(read, range(0, rows, BATCH_ROWS), strict=False)
    )
    return cast("pd.DataFrame", taken.slice(0, rows).to_pandas())


WAYS: dict[str, Callable[[Path, int], None]] = {
    "scan": scan,
    "read": read,
    "profile": profile,
    "pandas": pandas,
    "pandas_describe": pandas_describe,
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
    for way in ("pandas", "pandas_describe"):
        best[way] = run(way, path, pandas_rows)
    scan_cpu, profile_cpu = best["scan"]["cpu_s"], best["profile"]["cpu_s"]

    def pandas_per_row(way: str, figure: str) -> float:
        return round(best[way][figure] / pandas_rows / (best["profile"][figure] / rows), 2)

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
        "pandas_cpu_per_row_as_multiple_of_profile": pandas_per_row("pandas", "cpu_s"),
        "pandas_wall_per_row_as_multiple_of_profile": pandas_per_row("pandas", "wall_s"),
        "pandas_describe_cpu_per_row_as_multiple_of_profile": pandas_per_row(
            "pandas_describe", "cpu_s"
        ),
        "pandas_describe_wall_per_row_as_multiple_of_profile": pandas_per_row(
            "pandas_describe", "wall_s"
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

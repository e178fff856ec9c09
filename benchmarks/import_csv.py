"""Importing a CSV file: rows per second and peak memory, beside pandas and plain DuckDB.

    python benchmarks/import_csv.py [megabytes, 1000 when left out]
    python benchmarks/import_csv.py --memory [megabytes, 2000 when left out]

Each runs in a process of its own, one after the other, on the same file of mixed columns made by a
seeded script. Peak memory is the process's own (`ru_maxrss`). Only the import digests the rows,
counts the records a second time and encrypts what it writes.

With `--memory`, large files of several formats are imported as users do, with the settings as
they are shipped, and the most memory that a worker ever held (`VmHWM`) is kept.
"""

import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
from pyarrow import parquet

from morello.kernel.clock import SystemClock

_RESULTS = Path(__file__).parent / "results" / "import_csv.json"
_MEMORY_RESULTS = _RESULTS.with_name("import_2gb.json")
_MEMORY_MEGABYTES = 2000
_SEED = 20260101
_CHUNK_ROWS = 100_000
_MEGABYTE = 1_000_000


def make(path: Path, size_bytes: int) -> int:
    """Write a CSV file of about `size_bytes`; return its rows."""
    generator = np.random.default_rng(_SEED)
    cities = np.array(["Seoul", "Busan", '"Paris, FR"', "Zürich", ""])
    words = np.array(["fine", '"she said ""no"""', "late again", "", "ok"])
    rows = 0
    with path.open("w", encoding="utf-8") as stream:
        stream.write("id,day,city,amount,count,code,flag,remark\n")
        while stream.tell() < size_bytes:
            count = _CHUNK_ROWS
            days = np.datetime64("2024-01-01") + generator.integers(0, 730, count)
            columns = (
                np.arange(rows, rows + count).astype(str),
                days.astype(str),
                cities[generator.integers(0, len(cities), count)],
                np.char.mod("%.2f", generator.gamma(2.0, 40.0, count)),
                generator.integers(0, 1000, count).astype(str),
                np.char.mod("%06d", generator.integers(0, 999_999, count)),
                np.where(generator.random(count) < 0.3, "true", "false"),
                words[generator.integers(0, len(words), count)],
            )
            stream.write("\n".join(map(",".join, zip(*columns, strict=True))) + "\n")
            rows += count
    return rows


def with_morello(path: Path) -> int:
    """Import into a lake, in this process, as a worker would."""
    from morello.data.ingest.formats.source import Options  # noqa: PLC0415 - this process only
    from morello.data.ingest.job import run  # noqa: PLC0415 - the same
    from morello.data.ingest.plan import Machine, piece_bytes  # noqa: PLC0415 - the same
    from morello.data.ingest.task import Imported, SourceFile, Task  # noqa: PLC0415 - the same

    machine = Machine.here()
    with tempfile.TemporaryDirectory() as stage:
        task = Task(
            source=SourceFile(
                path=path,
                name=path.name,
                options=Options(),
                file_bytes_max=1 << 40,
                unpacked_ratio_max=200,
            ),
            stage=Path(stage),
            lake_key=b"l" * 32,
            digest_key=b"d" * 32,
            rejected_rows_max=100,
            threads=machine.cores,
            piece_bytes=piece_bytes(machine, machine.cores),
        )
        imported = Imported.model_validate_json(
            run(task.model_dump_json().encode(), lambda _: None)
        )
    assert imported.rows_rejected == 0
    return imported.rows_read


def with_pandas(path: Path) -> int:
    """Read into a frame, which stays in memory."""
    import pandas as pd  # noqa: PLC0415 - this process only

    return len(pd.read_csv(path, parse_dates=["day"], dtype={"code": str}))


def with_duckdb(path: Path) -> int:
    """Read into a table of a database file, in the clear."""
    import duckdb  # noqa: PLC0415 - this process only

    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(str(Path(folder) / "plain.duckdb"))
        connection.execute("CREATE TABLE t AS FROM read_csv(?)", [str(path)])
        found = connection.execute("SELECT count(*) FROM t").fetchone()
        connection.close()
    return int(found[0]) if found else 0


WAYS: dict[str, Callable[[Path], int]] = {
    "morello": with_morello,
    "pandas": with_pandas,
    "duckdb": with_duckdb,
}


def measure(way: str, path: Path) -> None:
    """Run one way in this process and print its figures as JSON."""
    clock = SystemClock()
    started = clock.monotonic()
    rows = WAYS[way](path)
    seconds = clock.monotonic() - started
    usage = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_s": round(rows / seconds),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_memory_bytes": usage.ru_maxrss * 1024,
    }
    print(json.dumps(figures))


def make_packed(path: Path, size_bytes: int) -> int:
    """Write the same file through gzip, so large when unpacked; return its rows."""
    plain = path.with_suffix("")
    rows = make(plain, size_bytes)
    with plain.open("rb") as source, gzip.open(path, "wb", compresslevel=1) as packed:
        shutil.copyfileobj(source, packed, _MEGABYTE)
    plain.unlink()
    return rows


def make_records(path: Path, size_bytes: int) -> int:
    """Write a file of JSON objects, one a line; return its rows."""
    generator, rows = np.random.default_rng(_SEED), 0
    with path.open("w", encoding="utf-8") as stream:
        while stream.tell() < size_bytes:
            amounts = generator.gamma(2.0, 40.0, _CHUNK_ROWS).round(2)
            for number, amount in enumerate(amounts.tolist(), start=rows):
                stream.write(
                    f'{{"id": {number}, "city": "Zürich", "amount": {amount}, '
                    f'"remark": "number {number % 977}", "tags": ["a", "{number % 7}"]}}\n'
                )
            rows += _CHUNK_ROWS
    return rows


def make_wide(path: Path, size_bytes: int) -> int:
    """Write ten columns of long, random text as Parquet, in one row group; return its rows."""
    generator, columns, length = np.random.default_rng(_SEED), 10, 600
    rows = size_bytes // (columns * length)
    table = {}
    for place in range(columns):
        letters = generator.integers(33, 127, rows * length, dtype=np.uint8).tobytes().decode()
        starts = range(0, rows * length, length)
        table[f"text_{place}"] = [letters[start : start + length] for start in starts]
    parquet.write_table(pa.table(table), path)
    return rows


LARGE: dict[str, tuple[Callable[[Path, int], int], float]] = {
    "rows.csv": (make, 1.0),
    "rows.csv.gz": (make_packed, 0.5),
    "records.ndjson": (make_records, 0.15),
    "wide.parquet": (make_wide, 0.1),
}
"""Large files, and how large beside the largest."""


def measure_memory(path: Path) -> None:
    """Import one file as a user does and print its figures as JSON."""
    import morello  # noqa: PLC0415 - this process only

    clock = SystemClock()
    started = clock.monotonic()
    imported = morello.call("data.import", file=str(path), name="large")
    figures = {
        "rows": imported.rows,
        "seconds": round(clock.monotonic() - started, 1),
        "worker_peak_memory_bytes": max(map(_peak_bytes, psutil.Process().children())),
        "own_peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    morello.close()
    print(json.dumps(figures))


def _peak_bytes(process: psutil.Process) -> int:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def main_memory(megabytes: int) -> None:
    """Import every large file, one after the other, and keep the figures."""
    found = {}
    for name, (write, share) in LARGE.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            rows = write(path, int(megabytes * share) * _MEGABYTE)
            output = subprocess.run(
                [sys.executable, __file__, "--memory-of", str(path)],
                check=True,
                capture_output=True,
                text=True,
                env={**os.environ, "MORELLO_HOME": str(Path(folder) / "home")},
            ).stdout
            found[name] = {"file_bytes": path.stat().st_size, **json.loads(output)}
            print(name, json.dumps(found[name]), flush=True)
            assert found[name]["rows"] == rows, f"{name} has lost rows"
    results = {"cores": os.cpu_count(), "files": found}
    _MEMORY_RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def main(megabytes: int) -> None:
    """Measure every way on one file, and keep the figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        rows = make(path, megabytes * _MEGABYTE)
        found = {}
        for way in WAYS:
            command = [sys.executable, __file__, way, str(path)]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[way] = json.loads(output)
            assert found[way]["rows"] == rows, f"{way} has lost rows"
            print(way, output.strip())
        size_bytes = path.stat().st_size
    results = {"file_bytes": size_bytes, "rows": rows, "cores": os.cpu_count(), "ways": found}
    _RESULTS.parent.mkdir(exist_ok=True)
    _RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory-of"]:
        measure_memory(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--memory"]:
        main_memory(int(sys.argv[2]) if len(sys.argv) > 2 else _MEMORY_MEGABYTES)
    elif len(sys.argv) > 2:
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

"""How long a person waits: Python, the import, the help, a small and a larger file analysed.

Each figure is the median wall time of fresh processes, with bytecode compiled as an installation
has it. All of a process is counted: imports, workers, reading, looking, printing.
Prints and writes `results/startup.json`.

    python benchmarks/startup.py
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

RUNS = 9
ANALYSES = 7
SEED = 20
MEGABYTE = 1_000_000
TARGETS_S = {
    "import morello": 0.060,
    "morello --help": 0.3,
    "analyze 1 MB cold": 2.0,
    "analyze 10 MB warm": 3.0,
}
PYTHON = sys.executable


def write_orders(path: Path, bytes_min: int) -> int:
    """Write a CSV of mixed columns of at least this size; return its bytes."""
    generator = np.random.default_rng(SEED)
    branches = np.array(["Harbour", "Station", "Market", "Airport", "Old Town"])
    days = np.datetime64("2024-01-01") + np.arange(730)
    with path.open("w", encoding="utf-8") as stream:
        stream.write("order_id,day,branch,customer,items,amount,discount,note\n")
        row = 0
        while stream.tell() < bytes_min:
            count = 10_000
            items = generator.integers(1, 9, count)
            columns = (
                np.arange(row, row + count),
                generator.choice(days, count),
                generator.choice(branches, count),
                generator.integers(1, 5_000, count),
                items,
                np.round(items * generator.gamma(9, 1.2, count), 2),
                np.where(generator.random(count) < 0.1, 0.15, 0.0),
                generator.choice(np.array(["", "", "late", "no onions"]), count),
            )
            for values in zip(*columns, strict=True):
                stream.write(",".join(str(each) for each in values) + "\n")
                if stream.tell() >= bytes_min:
                    break
            row += count
    return path.stat().st_size


def cpu_s() -> float:
    """Return the CPU seconds of every process that was started here and has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds(command: list[str], runs: int) -> dict[str, float]:
    """Return median and extremes of the wall time of fresh processes, and the median of their CPU.

    The CPU time counts their workers, too: it is what is left to say on a machine that is busy.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    taken, worked = [], []
    for _ in range(runs + 1):  # the first compiles bytecode
        start, before = time.perf_counter(), cpu_s()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        taken.append(time.perf_counter() - start)
        worked.append(cpu_s() - before)
    taken, worked = taken[1:], worked[1:]
    return {
        "median_s": round(statistics.median(taken), 4),
        "least_s": round(min(taken), 4),
        "most_s": round(max(taken), 4),
        "cpu_median_s": round(statistics.median(worked), 4),
        "runs": runs,
    }


def measure() -> dict[str, Any]:
    """Return every figure by name."""
    morello = [PYTHON, "-m", "morello"]
    figures: dict[str, Any] = {
        "python": seconds([PYTHON, "-c", "pass"], RUNS),
        "import morello": seconds([PYTHON, "-c", "import morello"], RUNS),
        "morello --help": seconds([*morello, "--help"], RUNS),
        "morello tools": seconds([*morello, "tools"], RUNS),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, size in (("1 MB cold", MEGABYTE), ("10 MB warm", 10 * MEGABYTE)):
            path = Path(folder) / "orders.csv"
            written = write_orders(path, size)
            figure = seconds([*morello, "analyze", str(path), "--quiet"], ANALYSES)
            figures[f"analyze {name}"] = {**figure, "bytes": written}
    return figures


def main() -> None:
    """Measure, print, write."""
    load_before = round(os.getloadavg()[0], 2)
    figures = measure()
    for name, target in TARGETS_S.items():
        figures[name]["target_s"] = target
    # What an import costs beside Python itself.
    own = figures["import morello"]["median_s"] - figures["python"]["median_s"]
    figures["import morello"]["beside_python_s"] = round(own, 4)
    report = {
        "machine": {
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load_before": load_before,
        },
        "figures": figures,
    }
    for name, figure in figures.items():
        wall, cpu = figure["median_s"], figure["cpu_median_s"]
        print(f"{name:22} {wall:.3f} s, CPU {cpu:.3f} s  (target {figure.get('target_s', '-')})")
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "startup.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

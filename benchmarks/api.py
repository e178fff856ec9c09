"""What a server holds: evenly spaced requests over 100 connections, each checked and recorded.

Client, API, worker and PostgreSQL share this machine. The requests read through real tools, and
every reply waits until its call is in the ledger for good. The limits per organization (200 calls a
second, 16 at once) are raised by settings: it is one organization that sends all of it. One process
answers, as it does by default; then two.
Prints and writes `results/api.json`.

    python -m benchmarks.api            (about four minutes)
    python -m benchmarks.api --quick    (a look; nothing is written)
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.load import client, slow_disk
from benchmarks.load.served import Served, served

GOAL_RATE, GOAL_HELD = 1_000, 2_000
RATES = (1_250, 1_500, 1_750, 2_000, 2_250, 2_500, 2_750, 3_000, 3_500, 4_000)
P95_HELD_MS = 50
SYNC_MS = 4.0
SETTINGS = {"MORELLO_RATE_PER_S": "1000000", "MORELLO_CONCURRENT_MAX": "5000"}
LIST = "/api/v1/datasets"
DESCRIBE = "/api/v1/datasets/orders"
FROM_CACHE = "/api/v1/datasets/orders/rows?rows=5"


def load(server: Served, path: str, rate: float, seconds: float) -> dict[str, Any]:
    """Send requests at a rate; return what the client saw, and what it cost whom."""
    plan = {"host": "127.0.0.1", "port": server.port, "path": path, "rate": rate}
    given = json.dumps({**plan, "headers": server.headers, "seconds": seconds})
    cpu_before, steps_before = server.cpu_s(), server.steps()
    said = subprocess.run(
        [sys.executable, client.__file__], input=given, capture_output=True, text=True, check=True
    )
    figures: dict[str, Any] = json.loads(said.stdout)
    cpu, steps = server.cpu_s(), server.steps()
    requests = max(1, figures["answered"])
    figures["cpu_us_per_request"] = {
        "client": figures.pop("client_cpu_us_per_request"),
        **{
            name: round((cpu[name] - cpu_before.get(name, 0.0)) / requests * 1e6, 1)
            for name in sorted(cpu)
        },
    }
    figures["step_ms_mean"] = {
        name: round((total - steps_before.get(name, (0, 0))[1]) / added * 1e3, 3)
        for name, (count, total) in steps.items()
        if (added := count - steps_before.get(name, (0, 0))[0]) > 0
    }
    print(json.dumps({"path": path, **figures}))
    return figures


def is_held(figures: dict[str, Any]) -> bool:
    """Tell whether the server kept up: no errors, no growing backlog, and in time."""
    kept_up = figures["answered_per_s"] >= 0.99 * figures["rate_per_s"]
    return bool(kept_up and not figures["errors"] and figures["p95_ms"] <= P95_HELD_MS)


def highest(server: Served, path: str, seconds: float) -> dict[str, Any]:
    """Climb the rates until one is not held; return the highest that was."""
    held: dict[str, Any] = {}
    for rate in RATES:
        figures = load(server, path, rate, seconds)
        if not is_held(figures):
            break
        held = figures
        time.sleep(2)
    return held


def measure(*, quick: bool) -> dict[str, Any]:
    """Return all figures."""
    seconds = 5.0 if quick else 20.0
    with tempfile.TemporaryDirectory(prefix="morello-api-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        with served(folder / "home", SETTINGS) as server:
            server.get(FROM_CACHE)
            figures: dict[str, Any] = {
                "list_at_1000": load(server, LIST, GOAL_RATE, seconds),
                "describe_at_1000": load(server, DESCRIBE, GOAL_RATE, seconds / 2),
                "from_cache_at_1000": load(server, FROM_CACHE, GOAL_RATE, seconds / 2),
                "list_highest_held": highest(server, LIST, seconds / 2),
                "from_cache_highest_held": highest(server, FROM_CACHE, seconds / 2),
            }
        two = {**SETTINGS, "MORELLO_API_PROCESSES": "2"}
        with served(folder / "home of two", two) as server:
            server.get(FROM_CACHE)
            figures |= {
                "two_processes_list_at_1000": load(server, LIST, GOAL_RATE, seconds),
                "two_processes_list_highest_held": highest(server, LIST, seconds / 2),
            }
        figures["list_at_1000_disk_of_4_ms"] = on_a_slow_disk(folder, seconds / 2)
    return figures


def on_a_slow_disk(folder: Path, seconds: float) -> dict[str, Any] | str:
    """Measure with a disk that takes 4 ms to sync; a sentence where there is no C compiler."""
    if not slow_disk.can_be_made():
        return "left out: there is no C compiler to make a slow disk with"
    with slow_disk.slow_postgres(folder / "slow", SYNC_MS) as urls:
        given = {"MORELLO_DATABASE_URL": urls.app, "MORELLO_DATABASE_OWNER_URL": urls.owner}
        with served(folder / "home2", {**SETTINGS, **given}, postgres=folder / "slow") as server:
            return load(server, LIST, GOAL_RATE, seconds)


def main() -> None:
    """Measure, print and keep."""
    quick = "--quick" in sys.argv
    figures = measure(quick=quick)
    at_goal = figures["list_at_1000"]
    held = figures["list_highest_held"]
    by_two = figures["two_processes_list_highest_held"]
    result = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "goals": {
            "p95_ms_at_1000": {"goal": 20, "seen": at_goal["p95_ms"], "errors": at_goal["errors"]},
            "rate_held_per_s": {
                "goal": GOAL_HELD,
                "seen": held.get("rate_per_s", 0),
                "seen_with_two_processes": by_two.get("rate_per_s", 0),
            },
        },
        **figures,
    }
    print(json.dumps(result["goals"], indent=1))
    if not quick:
        path = Path(__file__).parent / "results" / "api.json"
        path.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""What a durable job costs on a whole server: until it starts, how many a second, after kill -9.

Client, API, worker and PostgreSQL share this machine. The jobs are calls of `data.profile` over
HTTP with `Prefer: respond-async`; all but the first find their answer in the worker's cache, so
that what is measured is the job and not the tool. Prints and writes `results/jobs.json`.

    python -m benchmarks.jobs
"""

import datetime
import json
import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
from benchmarks.load.served import Served, served

SPACED = 40
AT_ONCE = 200
ROWS = 1_200_000
TIMEOUT_S = 120.0
SETTINGS = {"MORELLO_RATE_PER_S": "1000000", "MORELLO_CONCURRENT_MAX": "1000"}


class Client:
    """Asks for jobs and watches them."""

    def __init__(self, server: Served) -> None:
        self.server = server
        headers = {**server.headers, "Prefer": "respond-async"}
        url = f"http://127.0.0.1:{server.port}"
        self.http = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S)

    def ask(self) -> str:
        """Ask for a profile of the sample, as a job."""
        answer = self.http.get("/api/v1/datasets/orders/profile")
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job"])

    def upload(self, file: Path) -> str:
        """Ask for an import, as a job."""
        with file.open("rb") as stream:
            answer = self.http.post("/api/v1/datasets", files={"file": (file.name, stream)})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job"])

    def job(self, job: str) -> dict[str, Any]:
        """Return a job."""
        found: dict[str, Any] = self.server.get(f"/api/v1/jobs/{job}")
        return found

    def until(self, job: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return a job once something holds of it."""
        deadline = time.monotonic() + TIMEOUT_S
        while not holds(found := self.job(job)):
            assert time.monotonic() < deadline, found
            time.sleep(0.02)
        return found


def is_over(job: dict[str, Any]) -> bool:
    """Tell whether nothing more will become of it."""
    return job["state"] not in {"queued", "running"}


def seconds(job: dict[str, Any], first: str, last: str) -> float:
    """Return the time between two moments of a job."""
    start, end = (datetime.datetime.fromisoformat(job[name]) for name in (first, last))
    return (end - start).total_seconds()


def starting(client: Client) -> dict[str, float]:
    """Measure jobs one after the other."""
    client.until(client.ask(), is_over)
    waits, wholes = [], []
    for _ in range(SPACED):
        done = client.until(client.ask(), is_over)
        assert done["state"] == "succeeded", done
        waits.append(seconds(done, "asked_at", "started_at") * 1e3)
        wholes.append(seconds(done, "asked_at", "ended_at") * 1e3)
    waits.sort()
    return {
        "start_ms_median": round(statistics.median(waits), 1),
        "start_ms_p95": round(waits[int(len(waits) * 0.95) - 1], 1),
        "start_ms_max": round(waits[-1], 1),
        "asked_to_done_ms_median": round(statistics.median(wholes), 1),
    }


def many(client: Client) -> dict[str, object]:
    """Measure jobs that are asked for all at once."""
    before, started = client.server.cpu_s(), time.monotonic()
    with ThreadPoolExecutor(16) as threads:
        jobs = list(threads.map(lambda _: client.ask(), range(AT_ONCE)))
    asked_s = time.monotonic() - started
    for job in jobs:
        assert client.until(job, is_over)["state"] == "succeeded"
    done_s = time.monotonic() - started
    used = {name: cpu_s - before.get(name, 0.0) for name, cpu_s in client.server.cpu_s().items()}
    return {
        "asked_per_s": round(AT_ONCE / asked_s, 1),
        "done_per_s": round(AT_ONCE / done_s, 1),
        "cpu_ms_per_job": {name: round(cpu_s / AT_ONCE * 1e3, 1) for name, cpu_s in used.items()},
    }


def killing(client: Client, folder: Path) -> dict[str, float]:
    """Kill the worker in the middle of an import; measure until the job goes on and is done."""
    file = folder / "many.csv"
    rows = (f"{row},city {row % 97},{row * 7 % 1000}\n" for row in range(ROWS))
    file.write_text("id,city,sales\n" + "".join(rows))
    job = client.upload(file)
    client.until(job, lambda found: found["progress"] is not None)
    (worker,) = (
        each
        for each in psutil.Process(client.server.process.pid).children()
        if "morello.app.server.process.worker" in " ".join(each.cmdline())
    )
    os.kill(worker.pid, signal.SIGKILL)
    killed = time.monotonic()
    client.until(job, lambda found: found["tries"] > 1 or is_over(found))
    resumed_s = time.monotonic() - killed
    done = client.until(job, is_over)
    assert (done["state"], done["tries"]) == ("succeeded", 2), done
    return {
        "resumed_after_kill_s": round(resumed_s, 1),
        "done_after_kill_s": round(time.monotonic() - killed, 1),
        "cpu_s": round(done["used"]["cpu_s"], 2),
    }


def main() -> None:
    """Measure, print and keep."""
    with tempfile.TemporaryDirectory() as name, served(Path(name) / "home", SETTINGS) as server:
        client = Client(server)
        figures: dict[str, object] = {"cores": os.cpu_count()}
        figures["one_after_the_other"] = starting(client)
        figures["at_once"] = many(client)
        figures["kill"] = killing(client, Path(name))
    text = json.dumps(figures, indent=2)
    print(text)
    (Path(__file__).parent / "results" / "jobs.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

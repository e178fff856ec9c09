"""PostgreSQL, the API and the worker are killed under load: nothing acknowledged is lost."""

import contextlib
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from .conftest import Person, Up
from .load import Kept, Load

VICTIMS = ("postgres", "api", "worker")
_LIMITS = {
    "MORELLO_RATE_PER_S": "2000",
    "MORELLO_JOB_TRIES_MAX": "100",  # a worker that is killed every second is no job's fault
}
_ADDED = "dataset.version_added"
_BACK_S_MAX = 60.0


def pid_of(up: Up, part: str) -> int:
    parts = json.loads((up.home / "running.json").read_text())["parts"]
    return next(int(each["pid"]) for each in parts if each["name"] == part)


def kill(up: Up, part: str) -> None:
    """Kill a part that lives; one that is only just coming back is waited for."""
    deadline = time.monotonic() + _BACK_S_MAX
    while time.monotonic() < deadline:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid_of(up, part), signal.SIGKILL)
            return
        time.sleep(0.05)
    raise AssertionError(f"there is no {part} to kill")


def await_ready(up: Up) -> None:
    """Wait until requests are answered again."""
    deadline = time.monotonic() + _BACK_S_MAX
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{up.url}/health/ready", trust_env=False).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("it did not come back")


def await_jobs(person: Person, jobs: Any) -> dict[str, str]:
    """Wait until every job is over; return their states, or why they failed."""
    states: dict[str, str] = {}
    deadline = time.monotonic() + 120
    while len(states) < len(jobs):
        assert time.monotonic() < deadline, f"{len(jobs) - len(states)} jobs are not over"
        for each in set(jobs) - set(states):
            found = person.done("jobs.get", job=each)
            if found["state"] not in {"queued", "running"}:
                states[each] = str(found["error"] or found["state"])
        time.sleep(0.2)
    return states


def happened(person: Person) -> Iterator[dict[str, Any]]:
    """Yield the whole log of the organization."""
    for kind, _, data in person.events("audit.watch", {"after": -1, "for_s": 3}):
        if kind == "happened":
            yield data


def check(person: Person, kept: Kept, *, may_fail: str = "") -> None:
    """Hold what was acknowledged against what is there.

    Jobs that failed for a reason that is no fault of theirs (`may_fail`) are asked for again.
    """
    assert kept.refused == []
    states = await_jobs(person, kept.jobs)
    failed = [each for each, state in states.items() if may_fail and may_fail in state]
    again = [person.done("jobs.retry", job=each)["job"] for each in failed]
    states |= await_jobs(person, again)
    for each, repeated in zip(failed, again, strict=True):
        kept.jobs[repeated] = kept.jobs.pop(each)
        del states[each]
    assert Counter(states.values()) == Counter({"succeeded": len(kept.jobs)})
    log = list(happened(person))
    assert [each["position"] for each in log] == list(range(len(log))), "a gap in the log"
    lost = kept.events - {each["id"] for each in log}
    assert lost == set(), f"{len(lost)} acknowledged events of {len(kept.events)}"
    added = Counter(each["what"]["dataset"] for each in log if each["kind"] == _ADDED)
    done = Counter(each["what"]["input"]["name"] for each in log if _is_import(each))
    jobs = set(kept.jobs.values())
    for name in kept.datasets | jobs:
        # A job is asked for in one call and done in another.
        assert (added[name], done[name]) == (1, 2 if name in jobs else 1), f"{name} was doubled"


def _is_import(event: dict[str, Any]) -> bool:
    return bool(event["kind"] == "call.succeeded" and event["what"]["tool"] == "data.import")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Up]:
    up = Up(tmp_path / "home", _LIMITS).start()
    yield up
    up.stop()


def survive(up: Up, victims: Sequence[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    with Person(up) as head:
        head.enter(up.link)
        key = head.done("access.create_key", name="load")["secret"]["secret"]
    with Load(up, key) as load:
        for each in victims:
            time.sleep(rng.uniform(0.3, 2.0))
            kill(up, each)
            await_ready(up)
        time.sleep(1)
    await_ready(up)
    with Person(up, key) as person:
        check(person, load.kept)
    assert len(load.kept.events) > len(victims) * 10
    assert load.kept.jobs


@pytest.mark.slow
def test_nothing_acknowledged_is_lost(server: Up) -> None:
    survive(server, VICTIMS, seed=1)


@pytest.mark.prove
def test_nothing_acknowledged_is_lost_in_a_hundred_kills(server: Up) -> None:
    victims = np.random.default_rng(7).choice(VICTIMS, 100)
    survive(server, [str(each) for each in victims], seed=7)

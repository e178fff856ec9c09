"""Load on a server that is being killed: calls that are repeated until they are answered."""

import contextlib
import dataclasses
import itertools
import threading
import time
from typing import Any, Self

import httpx

from .conftest import Up

_AGAIN_S = 0.1
_PATIENCE_S = 90.0
_TIMEOUT_S = 20.0
_GIVE_WAY = {408, 429, 500, 502, 503, 504}
"""Answers after which the same call is made again, with its idempotency key."""


@dataclasses.dataclass
class Kept:
    """What the server acknowledged: from then on it has to be there."""

    events: set[str] = dataclasses.field(default_factory=set)
    datasets: set[str] = dataclasses.field(default_factory=set)
    jobs: dict[str, str] = dataclasses.field(default_factory=dict)
    """The dataset of each job."""
    refused: list[str] = dataclasses.field(default_factory=list)
    """Answers that nobody can explain."""


class Load:
    """Clients in threads, each doing one thing over and over."""

    def __init__(self, up: Up, key: str) -> None:
        self._up = up
        self._key = key
        self._stop = threading.Event()
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []
        self.kept = Kept()

    def __enter__(self) -> Self:
        for work in (self._read, self._read, self._import, self._queue):
            self._threads.append(threading.Thread(target=self._run, args=(work,)))
            self._threads[-1].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for each in self._threads:
            each.join()

    def _run(self, work: Any) -> None:
        headers = {"Authorization": f"Bearer {self._key}"}
        options: dict[str, Any] = {"headers": headers, "timeout": _TIMEOUT_S, "trust_env": False}
        with httpx.Client(base_url=self._up.url, **options) as http:
            while not self._stop.is_set():
                work(http)

    def _read(self, http: httpx.Client) -> None:
        with contextlib.suppress(httpx.TransportError):
            answer = http.post("/api/tools/data.list", json={"limit": 1})
            if answer.status_code == 200:
                self.kept.events.add(answer.headers["x-event-id"])
            elif answer.status_code not in _GIVE_WAY:
                self.kept.refused.append(answer.text)
        time.sleep(0.002)

    def _import(self, http: httpx.Client) -> None:
        name = f"import {next(self._numbers)}"
        answer = self._until_answered(http, name, {})
        if answer is not None:
            self.kept.events.add(answer.headers["x-event-id"])
            self.kept.datasets.add(name)

    def _queue(self, http: httpx.Client) -> None:
        name = f"job {next(self._numbers)}"
        answer = self._until_answered(http, name, {"Prefer": "respond-async"})
        if answer is not None:
            self.kept.events.add(answer.headers["x-event-id"])
            self.kept.jobs[answer.json()["job"]] = name
        time.sleep(0.05)

    def _until_answered(
        self, http: httpx.Client, name: str, more: dict[str, str]
    ) -> httpx.Response | None:
        """Import a file under one idempotency key, again and again until it is answered."""
        given = {"file": {"name": "a.csv", "text": "a,b\n1,2\n3,4\n"}, "name": name}
        headers = {"Idempotency-Key": name, **more}
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                answer = http.post("/api/tools/data.import", json=given, headers=headers)
                if answer.status_code in {200, 202}:
                    return answer
                if answer.status_code not in _GIVE_WAY:
                    self.kept.refused.append(answer.text)
                    return None
            time.sleep(_AGAIN_S)
        self.kept.refused.append(f"{name} was never answered")
        return None

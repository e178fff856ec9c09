"""A server to be measured: `morello up` in a home of its own, a key to it, and its processes."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import psutil

START_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 60.0


class Served:
    """A running server, as one of its users and as the machine sees it."""

    def __init__(self, port: int, process: subprocess.Popen[str], link: str) -> None:
        self.port = port
        self.process = process
        self.headers = self._signed_in(parse_qs(urlsplit(link).query)["link"][0])

    def get(self, path: str) -> Any:
        """Return what the server answers to one request."""
        return httpx.get(self._url(path), headers=self.headers).raise_for_status().json()

    def cpu_s(self) -> dict[str, float]:
        """Return the seconds each part has computed so far."""
        used: dict[str, float] = {}
        for each in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                name = self._part(each)
                if name:
                    times = each.cpu_times()
                    used[name] = used.get(name, 0.0) + times.user + times.system
        return used

    def steps(self) -> dict[str, tuple[float, float]]:
        """Return how often each step of the corridor was taken so far, and how long in all."""
        answer = httpx.get(self._url("/metrics"), headers=self.headers)
        text = (
            answer.text if answer.is_success else ""
        )  # several processes have no figures in common
        counted = dict(re.findall(r'step_seconds_count\{step="(\w+)"\} (\S+)', text))
        summed = dict(re.findall(r'step_seconds_sum\{step="(\w+)"\} (\S+)', text))
        return {name: (float(counted[name]), float(summed[name])) for name in counted}

    def _part(self, process: psutil.Process) -> str:
        """Name a process of this server; empty for others'."""
        if process.name() == "postgres":
            return "postgres" if self._is_of_ours(process) else ""
        if process.ppid() != self.process.pid:
            return "supervisor" if process.pid == self.process.pid else ""
        found = re.search(r"morello\.app\.server\.process\.(\w+)", " ".join(process.cmdline()))
        return found[1] if found else ""

    def _is_of_ours(self, process: psutil.Process) -> bool:
        return self.postgres_folder in process.cwd()

    postgres_folder = ""

    def _signed_in(self, link: str) -> dict[str, str]:
        """Spend the link, and return the headers of a key that may do what its owner may."""
        with httpx.Client(timeout=30) as client:
            opened = client.post(self._url("/api/access/redeem-link"), json={"link": link})
            csrf = opened.raise_for_status().json()["csrf"]
            company = client.get(self._url("/api/access/whoami")).json()["organization_id"]
            made = client.post(
                self._url("/api/security/api-keys"),
                json={"name": "benchmark"},
                headers={"X-CSRF-Token": csrf, "X-Company-ID": company},
            )
            secret = made.raise_for_status().json()["secret"]["secret"]
        return {"Authorization": f"Bearer {secret}", "X-Company-ID": company}

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextlib.contextmanager
def served(
    home: Path, settings: Mapping[str, str], *, postgres: Path | None = None
) -> Iterator[Served]:
    """Start a server and stop it with the block; `postgres` is where another home's database is."""
    port = _free_port()
    environment = {**os.environ, "MORELLO_HOME": str(home), "MORELLO_PORT": str(port), **settings}
    program = Path(sys.executable).with_name("morello")
    process = subprocess.Popen(
        [program, "up"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        server = Served(port, process, _link(process))
        server.postgres_folder = str(postgres or home)
        yield server
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT_S)


def _link(process: subprocess.Popen[str]) -> str:
    """Read what the server says until it says how to get in."""
    assert process.stdout is not None
    deadline, said = time.monotonic() + START_TIMEOUT_S, []
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        if not line:
            break
        said.append(line)
        found = re.search(r"http://\S+link=\S+", line)
        if found:
            return found[0]
    raise AssertionError("the server did not start:\n" + "".join(said))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


if __name__ == "__main__":  # to look around in one
    with served(Path(sys.argv[1]), {}) as running:
        print(json.dumps(running.cpu_s()))

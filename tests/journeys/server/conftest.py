"""A real server in a home of its own: `morello up`, as a newcomer starts it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

READY_S_MAX = 170.0
STOP_S_MAX = 40.0
_POLL_S = 0.05


class Up:
    """One `morello up`."""

    def __init__(self, home: Path, more: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.said = home.parent / f"{home.name}.said"
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        self.environment = {
            **kept,
            "MORELLO_HOME": str(home),
            "MORELLO_PORT": str(port),
            "MORELLO_WORKERS": "1",
            "LANG": "C.UTF-8",
            **(more or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.link = ""
        """The one-time link to sign in with that it said last."""

    def start(self, *options: str) -> Self:
        """Start it, and wait until it is ready."""
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "morello", "up", *options],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_S_MAX
        while "is ready" not in self.said.read_text():
            text = self.said.read_text()
            assert self.process.poll() is None, f"it ended: {text}"
            assert time.monotonic() < deadline, f"it is not ready: {text}"
            time.sleep(_POLL_S)
        self.link = self.said.read_text().partition("Sign in once with: ")[2].partition("\n")[0]
        return self

    def stop(self) -> int:
        """Ask it to stop, and wait until all of it has gone."""
        assert self.process is not None, "it was started"
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=STOP_S_MAX)

    def command(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        """Run a command line with this server's home."""
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "morello", *words],
            env=self.environment,
            capture_output=True,
            check=False,
            timeout=120,
        )


class Person:
    """Somebody at the API: a key or a session, and their organization."""

    def __init__(self, up: Up, key: str = "") -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.http = httpx.Client(base_url=up.url, headers=headers, timeout=60, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def call(self, tool: str, **given: object) -> httpx.Response:
        """Call a tool by its name."""
        headers = {"Accept": "application/json"}  # also of tools that would rather tell events
        return self.http.post(f"/api/tools/{tool}", json=given, headers=headers)

    def enter(self, link: str) -> dict[str, Any]:
        """Sign in with a one-time link, and keep the session."""
        token = link.partition("link=")[2] or link
        return self.entered(self.done("access.redeem_link", link=token))

    def entered(self, opened: dict[str, Any]) -> dict[str, Any]:
        """Keep a session that was just opened."""
        self.http.headers["X-CSRF-Token"] = str(opened["csrf"])
        return opened

    def done(self, tool: str, **given: object) -> Any:
        """Call a tool that has to succeed; return its output."""
        answer = self.call(tool, **given)
        assert answer.status_code in {200, 202}, f"{tool}: {answer.text}"
        return answer.json()

    def events(
        self, tool: str, given: Mapping[str, object], *, last_id: str = ""
    ) -> Iterator[tuple[str, str, Any]]:
        """Yield the kind, the id and the data of each event that a call tells."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_id} if last_id else {})
        path = f"/api/tools/{tool}"
        with self.http.stream("POST", path, json=given, headers=headers) as answer:
            assert answer.status_code == 200, answer.read()
            kind = identifier = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "id":
                    identifier = value
                elif name == "data":
                    yield kind, identifier, json.loads(value)


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A server that is up, for the tests of one process."""
    server = Up(tmp_path_factory.mktemp("server") / "home").start()
    yield server
    server.stop()

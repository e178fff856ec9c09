import json
from typing import Any

import pytest

from morello.doors.cli.program import run
from morello.kernel.clock import SystemClock
from morello.kernel.messages import Message
from morello.kernel.protocols.server import Audience, Part, Status


class FakeServer:
    def __init__(self, found: Status) -> None:
        self.found = found

    async def status(self) -> Status:
        return self.found

    async def up(self, audience: Audience, *, wants_link: bool = False) -> None:
        audience.preparing(Message(id="server.starting", parameters={"home": "h"}))
        audience.ready(Message(id="server.ready", parameters={"link": "http://x/?link=[once]"}))


def command(shell: Any, found: Status, *arguments: str) -> int:
    return run(shell.open, arguments, lambda _: FakeServer(found))


RUNS = Status(
    home="h",
    url="http://x",
    parts=[
        Part(name="api", pid=7, since=SystemClock().now(), memory_bytes=3 << 20, version="1"),
        Part(name="postgres", address="db.example.com"),
    ],
)


def test_what_runs_is_shown(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(shell, RUNS, "status") == 0
    said = capsys.readouterr().out
    assert "http://x" in said
    assert "db.example.com" in said
    assert command(shell, RUNS, "status", "--json") == 0
    assert json.loads(capsys.readouterr().out)["well"] is True


def test_nothing_that_runs_is_no_error_but_not_well(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(shell, Status(home="h"), "status") == 1
    assert "morello up" in capsys.readouterr().out


def test_what_is_not_well_is_said(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    gone = RUNS.parts[0].model_copy(update={"problem": Message(id="server.gone")})
    assert command(shell, RUNS.model_copy(update={"parts": [gone]}), "status") == 1
    assert "gone" in capsys.readouterr().out


def test_the_way_in_is_one_line_and_the_rest_beside_it(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(shell, RUNS, "up") == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == ["Morello is ready. Sign in once with: http://x/?link=[once]"]
    assert "Starting" in said.err

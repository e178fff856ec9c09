import asyncio

import pytest

from morello.doors.cli import progress
from morello.doors.cli.progress import ProgressLine
from morello.doors.cli.terminal import Terminal
from morello.kernel.context import Progress
from morello.kernel.messages import Message


def update(identifier: str, share: float | None = None) -> Progress:
    return Progress(message=Message(id=identifier), share=share)


async def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine(Terminal("en")) as line:
        line.show(update("fake.reading"))
    await asyncio.sleep(0.01)
    assert capsys.readouterr().err == ""


async def test_what_is_slow_prints_each_step_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_QUIET_FOR_S", 0.0)
    with ProgressLine(Terminal("en")) as line:
        await asyncio.sleep(0.01)
        for share in (0.1, 0.2, 0.3):
            line.show(update("fake.reading", share))
        line.show(update("fake.looking"))
    assert capsys.readouterr().err == "Working …\nfake.reading … 10%\nfake.looking …\n"


async def test_a_quiet_terminal_stays_quiet(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_QUIET_FOR_S", 0.0)
    with ProgressLine(Terminal("en", quiet=True)) as line:
        await asyncio.sleep(0.01)
        line.show(update("fake.reading"))
    assert capsys.readouterr().err == ""


async def test_a_terminal_gets_a_moving_line_that_goes_away(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_QUIET_FOR_S", 0.0)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with ProgressLine(Terminal("en")) as line:
        await asyncio.sleep(0.01)
        line.show(update("fake.[bold]reading", 0.5))
        assert line._bar is not None
        assert line._bar.tasks[0].percentage == 50.0
    assert "fake.[bold]reading" in capsys.readouterr().err

import asyncio
import os
import signal
from typing import Any

import pytest

from morello.doors.cli.session import Session, Sessions
from morello.doors.cli.terminal import Terminal
from morello.kernel.errors import Cancelled, Fault
from morello.kernel.settings import Settings


def sessions(shell: Any) -> Sessions:
    return Sessions(shell.open, Settings.load(), Terminal("en"))


def test_a_call_is_made_as_the_person_here_and_the_installation_closed(shell: Any) -> None:
    async def work(session: Session) -> int:
        reply = await session.call("fake.anything", {"x": 1})
        assert reply.output.x == 1
        return 7

    assert sessions(shell).run(work) == 7
    assert shell.calls[0].origin.door == "cli"
    assert shell.calls[0].principal.name == "local"
    assert shell.installation.closed


def test_an_installation_is_closed_after_an_error_and_the_call_known(shell: Any) -> None:
    opened = sessions(shell)
    shell.installation.caller.before = lambda _: (_ for _ in ()).throw(Fault("unexpected"))

    async def work(session: Session) -> int:
        await session.call("fake.anything", {})
        return 0

    with pytest.raises(Fault):
        opened.run(work)
    assert shell.installation.closed
    assert opened.last_call == shell.calls[0].call_id


def test_the_first_interrupt_cancels(shell: Any) -> None:
    shell.installation.caller.before = lambda _: os.kill(os.getpid(), signal.SIGINT)
    shell.installation.caller.wait_s = 0.05
    before = signal.getsignal(signal.SIGINT)

    async def work(session: Session) -> int:
        await session.call("fake.anything", {})
        return 0

    with pytest.raises(Cancelled):
        sessions(shell).run(work)
    assert shell.installation.closed
    assert signal.getsignal(signal.SIGINT) is before


def test_the_second_interrupt_stops_at_once(shell: Any) -> None:
    async def work(_: Session) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(5)
        return 0

    with pytest.raises(KeyboardInterrupt):
        sessions(shell).run(work)


def test_a_tool_that_never_answers_is_our_fault(
    shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_: Any) -> Any:
        return
        yield

    monkeypatch.setattr(shell.installation.caller, "stream", nothing)

    async def work(session: Session) -> int:
        await session.call("fake.anything", {})
        return 0

    with pytest.raises(Fault, match=r"fake\.anything"):
        sessions(shell).run(work)

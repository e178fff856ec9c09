import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from morello.app.server import supervisor as module
from morello.app.server.supervisor import Supervisor
from morello.kernel.errors import Conflict, Unavailable
from morello.kernel.messages import Message
from morello.kernel.protocols.server import Part
from morello.kernel.settings import Settings
from morello.storage.postgres.urls import Urls

pytestmark = pytest.mark.slow

READY = """
from morello.app.server.charge import Said
from morello.app.server.leash import Leash
import time
leash = Leash.take()
charge = leash.charge()
leash.tell(Said.READY, link="http://here/#once" if charge.is_first else "")
time.sleep(60)
"""


class FakePostgres:
    def __init__(self, home: Path) -> None:
        self.events: list[str] = []

    async def start(self) -> Urls:
        self.events.append("start")
        return Urls("owner", "app")

    async def keep(self, tell: Callable[[Message], None], changed: Callable[[], None]) -> None:
        await asyncio.sleep(60)

    async def stop(self) -> None:
        self.events.append("stop")

    def part(self) -> Part:
        return Part(name="postgres", pid=os.getpid())


class Audience:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.link = asyncio.get_running_loop().create_future()

    def preparing(self, message: Message) -> None:
        self.said.append(message.id)

    def ready(self, message: Message) -> None:
        self.link.set_result(message.parameters["link"])


def ours() -> list[psutil.Process]:
    """The processes of servers that this one started."""
    children = psutil.Process().children(recursive=True)
    return [each for each in children if "obedient" in each.cmdline()]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    return Settings(home=tmp_path / "home", port=port, drain_timeout_s=1)


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program that the API process and the worker run."""
    (tmp_path / "obedient.py").write_text(READY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(module, "_API", "obedient")
    monkeypatch.setattr(module, "_WORKER", "obedient")
    monkeypatch.setattr(module, "Embedded", FakePostgres)
    monkeypatch.setattr(module, "bring_up_to_date", lambda _: None)
    return tmp_path / "obedient.py"


@pytest.fixture
async def running(process: Path, settings: Settings) -> AsyncIterator[Audience]:
    """A server that is up; it is asked to stop in the end."""
    audience = Audience()
    up = asyncio.create_task(Supervisor(settings).up(audience))
    await asyncio.wait((audience.link, up), timeout=20, return_when=asyncio.FIRST_COMPLETED)
    yield audience
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(up, 20)


async def test_it_comes_up_is_seen_and_goes_down(running: Audience, settings: Settings) -> None:
    assert await running.link == "http://here/#once"
    found = await Supervisor(settings).status()
    assert [each.name for each in found.parts] == ["supervisor", "postgres", "api", "worker"]
    assert found.url == f"http://127.0.0.1:{settings.port}"
    problems = {each.name: each.problem.id for each in found.parts if each.problem}
    assert problems == {"api": "server.silent"}, "ours answers no requests"
    assert all(each.memory_bytes for each in found.parts)
    api = found.parts[2].pid
    assert api is not None
    with pytest.raises(Conflict, match=str(settings.port)):
        await Supervisor(settings).up(Audience())
    psutil.Process(api).kill()
    async with asyncio.timeout(10):
        while "server.back" not in running.said:  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(0.02)
    again = (await Supervisor(settings).status()).parts[2]
    assert again.pid not in {api, None}


async def test_nothing_is_left_when_it_has_gone_down(process: Path, settings: Settings) -> None:
    audience = Audience()
    up = asyncio.create_task(Supervisor(settings).up(audience))
    await asyncio.wait_for(audience.link, 20)
    pids = [each.pid for each in (await Supervisor(settings).status()).parts[2:]]
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.wait_for(up, 20)
    assert "server.stopping" in audience.said
    assert not any(psutil.pid_exists(pid) for pid in pids if pid)
    nothing = await Supervisor(settings).status()
    assert not nothing.parts
    assert not nothing.is_well


async def test_a_taken_port_starts_nothing(process: Path, settings: Settings) -> None:
    with (
        socket.create_server(("127.0.0.1", settings.port)),
        pytest.raises(Conflict, match="is taken"),
    ):
        await Supervisor(settings).up(Audience())
    assert not (settings.home / "logs").exists()


async def test_a_part_that_fails_takes_everything_down(process: Path, settings: Settings) -> None:
    await asyncio.to_thread(process.write_text, "import sys; sys.exit(9)")
    with pytest.raises(Unavailable, match="status 9"):
        await Supervisor(settings).up(Audience())
    assert not ours()


async def test_it_can_be_stopped_before_it_is_ready(process: Path, settings: Settings) -> None:
    await asyncio.to_thread(process.write_text, "import time; time.sleep(60)")
    up = asyncio.create_task(Supervisor(settings).up(Audience()))
    await asyncio.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(up, 20)
    assert not ours()


def test_the_fake_is_whole(settings: Settings) -> None:
    postgres: Any = FakePostgres(settings.home)
    assert postgres.part().name == "postgres"

import asyncio
import collections
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from morello.kernel.errors import Unavailable
from morello.kernel.ids import INSTALLATION
from morello.storage.postgres import server as server_module
from morello.storage.postgres.database import Database
from morello.storage.postgres.postmaster import find_postmaster, is_alive
from morello.storage.postgres.server import EmbeddedServer
from morello.storage.postgres.urls import Urls

from .conftest import ask


def postmaster(server: EmbeddedServer) -> psutil.Process:
    found = find_postmaster(server._folder / "data")
    assert found is not None
    return found


@pytest.mark.slow
def test_it_starts_stops_and_starts_again(server: EmbeddedServer) -> None:
    assert not server.is_running()
    urls = server.start()
    assert server.is_running()
    assert server.urls() == urls == server.start()
    assert ask(urls.owner, "select current_user") == "morello_owner"
    server.stop()
    assert not server.is_running()
    with pytest.raises(psycopg.OperationalError):
        ask(urls.app)
    assert server.start() == urls


@pytest.mark.slow
def test_it_is_made_as_it_should_be(server: EmbeddedServer) -> None:
    urls = server.start()
    wanted = {
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "synchronous_commit": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "password_encryption": "scram-sha-256",
    }
    for name, value in wanted.items():
        assert ask(urls.owner, f"show {name}") == value, name
    assert ask(urls.owner, "select datlocale from pg_database where datname = 'morello'") == (
        "C.UTF-8"
    )
    logins = "select count(*) from pg_roles where rolname = current_user and {}"
    for url in (urls.owner, urls.app):
        assert ask(url, logins.format("(rolsuper or rolbypassrls or rolreplication)")) == 0
    assert ask(urls.app, logins.format("(rolcreaterole or rolcreatedb)")) == 0


@pytest.mark.slow
def test_nobody_comes_in_without_the_password(server: EmbeddedServer) -> None:
    urls = server.start()
    folder = server._folder
    secrets = folder / "passwords.json"
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert postmaster(server).net_connections("tcp") == []
    socket = Path(str(psycopg.conninfo.conninfo_to_dict(urls.app)["host"]))
    assert socket.stat().st_mode & 0o777 == 0o700
    for change in ({"password": ""}, {"password": "wrong"}, {"user": "postgres"}):
        with pytest.raises(psycopg.OperationalError):
            ask(psycopg.conninfo.make_conninfo(urls.app, **change))
    passwords = json.loads(secrets.read_text()).values()
    told = (folder.parent / "logs" / "postgres.log").read_text()
    shown = " ".join(postmaster(server).cmdline())
    assert not any(each in told or each in shown for each in passwords)


@pytest.mark.slow
def test_a_second_process_is_told_that_a_first_runs_it(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "LOCK_TIMEOUT_S", 0.1)
    server.start()
    second = EmbeddedServer(server._folder.parent)
    with pytest.raises(Unavailable) as caught:
        second.start()
    assert caught.value.message.id == "error.unavailable.postgres_locked"
    second.stop()
    assert server.is_running()


@pytest.mark.slow
def test_one_whose_starter_was_killed_is_found_and_goes_on(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    home = server._folder.parent
    script = (
        "import sys, time, pathlib\n"
        "from morello.storage.postgres.server import EmbeddedServer\n"
        "EmbeddedServer(pathlib.Path(sys.argv[1])).start()\n"
        "print('started', flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as starter:  # noqa: S603 - our own
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"started\n"
        starter.kill()
    orphan = postmaster(server)
    urls = server.start()
    assert postmaster(server) == orphan
    assert ask(urls.app) == 1
    server.stop()
    assert not is_alive(orphan)


@pytest.mark.slow
@pytest.mark.parametrize("living", [os.getpid(), 1], ids=["ours", "the first"])
def test_a_pid_file_that_names_another_living_process_is_stale(
    server: EmbeddedServer, living: int
) -> None:
    urls = server.start()
    data = server._folder / "data"
    told = (data / "postmaster.pid").read_text().splitlines()
    postmaster(server).send_signal(signal.SIGKILL)
    (data / "postmaster.pid").write_text("\n".join([str(living), *told[1:]]) + "\n")
    assert not server.is_running()
    assert ask(server.start().app) == 1
    assert server.urls() == urls


@pytest.mark.slow
def test_it_recovers_while_old_backends_hold_on(server: EmbeddedServer) -> None:
    urls = server.start()
    with psycopg.connect(urls.app, autocommit=True) as held:
        backend = psutil.Process(held.info.backend_pid)
        backend.suspend()  # so that it cannot notice that its server died
        postmaster(server).send_signal(signal.SIGKILL)
        monkey = pytest.MonkeyPatch()
        monkey.setattr("morello.storage.postgres.postmaster.ORPHANS_TIMEOUT_S", 0.5)
        try:
            assert ask(server.start().app) == 1
        finally:
            monkey.undo()
        assert not is_alive(backend)


def _write_until_killed(urls: Urls, server: EmbeddedServer, rows: int) -> list[int]:
    """Insert rows one by one, killing the server in the middle; return the acknowledged ones."""
    acknowledged: list[int] = []
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("create table if not exists kept (n bigint primary key)")
        row = connection.execute("select coalesce(max(n), 0) from kept").fetchone()
        assert row is not None
        for number in range(row[0] + 1, row[0] + 1 + rows):
            if number == row[0] + rows // 2:
                postmaster(server).send_signal(signal.SIGKILL)
            try:
                connection.execute("insert into kept values (%s)", (number,))
            except psycopg.OperationalError:
                break
            acknowledged.append(number)
    return acknowledged


def _kill_rounds(server: EmbeddedServer, rounds: int) -> None:
    acknowledged: list[int] = []
    for number in range(rounds):
        urls = server.start()
        acknowledged += _write_until_killed(urls, server, rows=40 + 13 * number)
    urls = server.start()
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        found = {n for (n,) in connection.execute("select n from kept")}
        connection.execute("drop table kept")
    assert len(acknowledged) >= 20 * rounds
    assert set(acknowledged) <= found


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_it_is_killed(server: EmbeddedServer) -> None:
    _kill_rounds(server, rounds=3)


@pytest.mark.prove
def test_nothing_acknowledged_is_lost_when_it_is_killed_often(server: EmbeddedServer) -> None:
    _kill_rounds(server, rounds=12)


@pytest.mark.slow
async def test_connections_outlive_a_restart_under_load(server: EmbeddedServer) -> None:
    database = await Database.open(server.start().owner, role="morello_owner")
    outcomes: collections.Counter[str] = collections.Counter()
    stopping = asyncio.Event()

    async def ask_on() -> None:
        while not stopping.is_set():
            try:
                await database.fetch(INSTALLATION, "select 1 as one")
            except Unavailable:
                outcomes["unavailable"] += 1
                await asyncio.sleep(0.01)
            else:
                outcomes["answered"] += 1

    asking = [asyncio.create_task(ask_on()) for _ in range(20)]
    await asyncio.sleep(0.2)
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    before = outcomes["answered"]
    async with asyncio.timeout(15):
        while outcomes["answered"] < before + 3 * len(asking):  # noqa: ASYNC110 - a counter
            await asyncio.sleep(0.02)
    stopping.set()
    await asyncio.gather(*asking)
    await database.close()
    assert before > 0
    assert outcomes["unavailable"] <= 3 * len(asking)

"""Homes of any name and place, several beside each other, and what keeps a server from starting."""

import os
import re
from pathlib import Path

import psycopg
import pytest

from morello.kernel.errors import Unavailable
from morello.storage.postgres.postmaster import find_postmaster
from morello.storage.postgres.server import EmbeddedServer
from morello.storage.postgres.urls import Urls

from .conftest import LIGHT, ask


@pytest.mark.slow
def test_homes_live_side_by_side(server: EmbeddedServer, tmp_path: Path) -> None:
    other = EmbeddedServer(tmp_path, LIGHT)
    urls, others = server.start(), other.start()
    try:
        with psycopg.connect(urls.owner, autocommit=True) as owner:
            owner.execute("create table mine (n int)")
        assert ask(others.owner, "select to_regclass('mine')") is None
        with pytest.raises(psycopg.OperationalError):
            ask(psycopg.conninfo.make_conninfo(others.app, host=_host(urls)))
    finally:
        other.stop()
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute("drop table mine")


def _host(urls: Urls) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(urls.app)["host"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["long-" * 30, "버찌 농장, it's 100% ours"])
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    server = EmbeddedServer(tmp_path / name, LIGHT)
    urls = server.start()
    try:
        assert ask(urls.app) == 1
        socket = Path(_host(urls))
        assert socket.stat().st_mode & 0o777 == 0o700
        assert len(str(socket)) < 80
    finally:
        server.stop()
    assert not socket.exists()


@pytest.mark.slow
def test_what_keeps_it_from_starting_is_told(server: EmbeddedServer) -> None:
    broken = EmbeddedServer(server._folder.parent, {"shared_buffers": "none"})
    with pytest.raises(Unavailable) as caught:
        broken.start()
    assert caught.value.message.id == "error.unavailable.postgres_start"
    assert "shared_buffers" in caught.value.in_words()
    assert ask(server.start().app) == 1


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_as_root_it_runs_as_somebody_else_below_a_closed_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedServer(closed / "home", LIGHT)
    urls = server.start()
    try:
        assert ask(urls.app) == 1
        process = find_postmaster(server._folder / "data")
        assert process is not None
        assert 0 not in process.uids()
        assert 0 not in process.gids()
        told = Path(f"/proc/{process.pid}/status").read_text()
        to_pass_folders = re.search(r"CapEff:\t(\w+)", told)
        assert to_pass_folders is not None
        assert int(to_pass_folders[1], 16) in (1 << 2, 1 << 1)
    finally:
        server.stop()

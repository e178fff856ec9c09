import contextlib
import os
import threading
from pathlib import Path

import pytest

from morello.app.server.home import Home, Running
from morello.kernel.errors import Conflict, Unavailable
from morello.kernel.protocols.server import Part

RUNNING = Running(url="http://127.0.0.1:8000", parts=[Part(name="supervisor", pid=os.getpid())])


def test_one_holds_it_and_the_next_is_told_where(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    held = [home.is_held]
    with home.held():
        home.write(RUNNING)
        held.append(home.is_held)
        assert home.running() == RUNNING
        with pytest.raises(Conflict, match=r"127\.0\.0\.1:8000"), Home(tmp_path / "home").held():
            pass
    assert [*held, home.is_held] == [False, True, False]
    assert home.running() is None


def test_what_a_killed_one_wrote_is_not_believed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.write(RUNNING)
    assert not home.is_held
    with home.held():
        assert home.running() is None


def test_what_a_killed_one_left_behind_is_given_a_moment(tmp_path: Path) -> None:
    home, other = Home(tmp_path), Home(tmp_path)
    stack = contextlib.ExitStack()
    stack.enter_context(other.held())
    home.write(RUNNING.model_copy(update={"parts": []}))
    threading.Timer(0.3, stack.close).start()
    with home.held():
        pass


def test_what_makes_no_sense_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "running.json").write_text("{")
    assert Home(tmp_path).running() is None


def test_a_home_that_cannot_be_used_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be used"), Home(tmp_path / "file").held():
        pass

"""The home folder of a server: who holds it, and what is written down of what runs."""

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from pydantic import BaseModel, ValidationError

from morello.kernel.errors import Conflict, Unavailable
from morello.kernel.protocols.server import Part

_LOCK = "up.lock"
_RUNNING = "running.json"
SUPERVISOR = "supervisor"
_LEFT_S_MAX = 10.0
_POLL_S = 0.1


class Running(BaseModel):
    """What a supervisor writes down of its server."""

    url: str
    parts: list[Part]

    @property
    def is_there(self) -> bool:
        """Whether the supervisor that wrote this lives."""
        pids = [each.pid for each in self.parts if each.name == SUPERVISOR]
        return any(pid is not None and psutil.pid_exists(pid) for pid in pids)


class Home:
    """One folder; at most one supervisor holds it, and lets go even when it is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._written = folder / _RUNNING

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder while the block lasts.

        What a killed supervisor left behind is given a moment to go. Raises Conflict, saying where
        the server is, when another one holds the folder, and Unavailable when it cannot be used.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            problem = error.strerror or ""
            raise Unavailable("server.home", path=str(self.folder), problem=problem) from None
        try:
            self._take(lock)
            self._written.unlink(missing_ok=True)
            yield
            self._written.unlink(missing_ok=True)
        finally:
            os.close(lock)

    def _take(self, lock: int) -> None:
        deadline = time.monotonic() + _LEFT_S_MAX
        while not _taken(lock):
            running = self.running()
            if (running and running.is_there) or time.monotonic() > deadline:
                url = running.url if running else ""
                raise Conflict("server.running", home=str(self.folder), url=url)
            time.sleep(_POLL_S)

    @property
    def is_held(self) -> bool:
        """Whether a supervisor lives; a folder that is not there has none."""
        try:
            lock = os.open(self.folder / _LOCK, os.O_RDWR)
        except OSError:
            return False
        try:
            return not _taken(lock)
        finally:
            os.close(lock)

    def write(self, running: Running) -> None:
        """Write down what runs, in one piece."""
        temporary = self._written.with_name(f".{_RUNNING}.{secrets.token_hex(4)}")
        temporary.write_text(running.model_dump_json(indent=2), encoding="utf-8")
        temporary.replace(self._written)

    def running(self) -> Running | None:
        """Return what was written down last; None when there is nothing."""
        try:
            return Running.model_validate_json(self._written.read_bytes())
        except (OSError, ValidationError):
            return None


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

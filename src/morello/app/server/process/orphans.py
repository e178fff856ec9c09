"""Orphans: processes whose supervisor was killed. The last of them stops PostgreSQL."""

import contextlib
import os

import psutil

from morello.app.server.home import SUPERVISOR, Home
from morello.kernel.errors import MorelloError
from morello.kernel.settings import Settings
from morello.storage.postgres.server import EmbeddedServer

_LAST = "worker"
"""Who waits for the others, if it lives."""
_OTHERS_S_MAX = 20.0


def put_out(settings: Settings) -> None:
    """Stop the embedded PostgreSQL, unless somebody else will, or a new supervisor uses it."""
    if settings.database_url.get_secret_value():  # somebody else's
        return
    home = Home(settings.home)
    others = _others(home)
    if os.getpid() not in others.values() or (_LAST in others and others[_LAST] != os.getpid()):
        return
    others.pop(_LAST, None)
    living = [psutil.Process(pid) for pid in others.values() if psutil.pid_exists(pid)]
    psutil.wait_procs([each for each in living if each.pid != os.getpid()], timeout=_OTHERS_S_MAX)
    with contextlib.suppress(MorelloError), home.held():
        EmbeddedServer(settings.home).stop()


def _others(home: Home) -> dict[str, int]:
    """Return the processes of the server that live, this one among them, by name."""
    running = home.running()
    return {
        each.name: each.pid
        for each in (running.parts if running else ())
        if each.pid is not None
        and each.name not in {SUPERVISOR, "postgres"}
        and psutil.pid_exists(each.pid)
    }

"""Which processes serve a data folder: the postmaster, and what a killed one left behind.

The pid file alone does not tell: after kill -9 or a reboot its number may be another process's.
A server's processes are known by a name of the data folder that all of them show; their working
folder would tell too, but in a container not even root may look at it.
"""

import contextlib
import hashlib
import os
import time
from pathlib import Path

import psutil

from morello.kernel.clock import SystemClock

_PID_FILE = "postmaster.pid"
_NAME = "postgres"
_POLL_S = 0.02
ORPHANS_TIMEOUT_S = 10.0


def cluster_name(data: Path) -> str:
    """Return what PostgreSQL is to write into the titles of the processes of a data folder."""
    return f"morello-{hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]}"


def find_postmaster(data: Path) -> psutil.Process | None:
    """Return the living server of a data folder."""
    try:
        number = int((data / _PID_FILE).read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(number)
        if _serves(process, data):
            return process
    return None


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process lives; one that ended and that nobody has looked after does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def clear_remains(data: Path) -> None:
    """End what a killed server left: its orphans, and a pid file that may name somebody else.

    Orphans notice within moments that their server died; those that are stuck are killed, which
    is what recovery is for. To be called when there is no server, under the lock of the home.
    """
    pid_file = data / _PID_FILE
    if not pid_file.exists():
        return
    orphans = [each for each in psutil.process_iter() if _serves(each, data)]
    if not _have_ended(orphans, ORPHANS_TIMEOUT_S):
        for each in orphans:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        _have_ended(orphans, ORPHANS_TIMEOUT_S)
    pid_file.unlink(missing_ok=True)


def _have_ended(processes: list[psutil.Process], timeout_s: float) -> bool:
    clock = SystemClock()
    deadline = clock.monotonic() + timeout_s
    while any(is_alive(each) for each in processes):
        if clock.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def _serves(process: psutil.Process, data: Path) -> bool:
    try:
        if process.name() != _NAME or not is_alive(process):
            return False
        name = cluster_name(data)
        return any(name in argument for argument in process.cmdline())
    except psutil.Error:  # gone, or somebody else's
        return False

"""Which processes serve a data folder: the postmaster, and what a killed one left behind.

The pid file alone does not tell: after kill -9 or a reboot its number may be another process's.
A server's process is known by its working folder, which is the data folder.
"""

import contextlib
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped] # it ships no types

from morello.kernel.clock import SystemClock

_PID_FILE = "postmaster.pid"
_NAME = "postgres"
_POLL_S = 0.02
ORPHANS_TIMEOUT_S = 10.0


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
        return process.name() == _NAME and Path(process.cwd()) == data.resolve()
    except psutil.Error:  # gone, a zombie, or somebody else's
        return False

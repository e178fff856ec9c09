"""Which processes serve a data folder: the postmaster, and what a killed one left behind.

The pid file alone does not tell: after kill -9 or a reboot its number may be another process's.
A server's process is known by its working folder, which is the data folder.
"""

import contextlib
from pathlib import Path

import psutil  # type: ignore[import-untyped] # it ships no types

_PID_FILE = "postmaster.pid"
_NAME = "postgres"
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


def clear_remains(data: Path) -> None:
    """End what a killed server left: its orphans, and a pid file that names somebody else.

    Orphans notice within moments that their server died; those that are stuck are killed, which
    is what recovery is for. To be called when there is no server, under the lock of the home.
    """
    pid_file = data / _PID_FILE
    if not pid_file.exists():
        return
    orphans = [each for each in psutil.process_iter() if _serves(each, data)]
    _, left = psutil.wait_procs(orphans, timeout=ORPHANS_TIMEOUT_S)
    for each in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    psutil.wait_procs(left, timeout=ORPHANS_TIMEOUT_S)
    pid_file.unlink(missing_ok=True)


def _serves(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name() == _NAME and Path(process.cwd()) == data.resolve()
    except psutil.Error:  # gone, a zombie, or somebody else's
        return False

"""Logs: one line per happening, for machines in files and for people on a terminal.

Our own code and the libraries' log with the standard library; what is set up here decides what
becomes of it. Each process of a server has a file of its own under `logs/`, so that none waits for
another, and files are renamed before they grow without end.
"""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from morello.app.logs.form import for_machines, for_people
from morello.kernel.settings import Settings

FILE_BYTES_MAX = 10 << 20
FILES_MAX = 5
"""Files of one process, the newest with it."""

_LIBRARIES_LEVEL = logging.WARNING
_OURS = ("morello", "uvicorn")


def begin(settings: Settings, process: str, *, stream: TextIO | None = None) -> Path | None:
    """Log what this process does; return the file, or None where none can be written.

    `process` names the file and the service. `stream` (standard error) gets the same: coloured
    lines where it is a terminal, JSON where it is not.
    """
    stream = sys.stderr if stream is None else stream
    logging.raiseExceptions = False  # a full disk must not add to the trouble
    logging.captureWarnings(capture=True)
    handlers: list[logging.Handler] = [_to_stream(stream, process)]
    file = _to_file(settings.home / "logs", process)
    if file is not None:
        handlers.append(file)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(_LIBRARIES_LEVEL)
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(settings.log_level.upper())
    return Path(file.baseFilename) if file is not None else None


def _to_stream(stream: TextIO, process: str) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(for_people() if stream.isatty() else for_machines(process))
    return handler


def _to_file(folder: Path, process: str) -> RotatingFileHandler | None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / f"{process}.log",
            maxBytes=FILE_BYTES_MAX,
            backupCount=FILES_MAX - 1,
            encoding="utf-8",
            errors="backslashreplace",  # which is what JSON calls them, too
        )
    except OSError:  # a folder that cannot be written to must not stop a server
        return None
    handler.setFormatter(for_machines(process))
    return handler

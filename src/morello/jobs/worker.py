"""What runs inside a worker process: take a call, answer it, until the parent is gone.

Started by `process.py` as `python -P -m morello.jobs.worker`, with its limits as JSON.
"""

import ctypes
import dataclasses
import importlib
import io
import json
import os
import pickle
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any

from morello.jobs.frame import ERROR_BYTES_MAX, RESULT_BYTES_MAX, Kind, receive, send
from morello.jobs.memory import give_back, limit_memory, tells_of_no_memory
from morello.kernel.errors import MorelloError, TooLarge, Unavailable
from morello.storage.disk import is_disk_full

_OPEN_FILES_MAX = 1024
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


@dataclasses.dataclass(frozen=True, slots=True)
class Start:
    """How a worker is to start."""

    channel: int
    """File descriptor of its end of the socket pair."""
    parent: int
    """Process id; the worker ends with it."""
    memory_max_bytes: int
    """Memory beyond what it has once `preload` is imported."""
    preload: tuple[str, ...]


class _Complaints(io.FileIO):
    """Standard error, whose pipe nobody empties while a call runs: what does not fit is lost."""

    def write(self, data: Any, /) -> int:
        """Write what there is room for."""
        super().write(data)
        return len(data)


def main(start: Start) -> None:
    """Answer calls until the parent closes its end."""
    _end_with_parent(start.parent)
    # Line by line, so that the last words are out before a sudden end.
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(_Complaints(2, "wb", closefd=False)),
        errors="backslashreplace",
        line_buffering=True,
    )
    channel = socket.socket(fileno=start.channel)
    for module in start.preload:
        importlib.import_module(module)
    _limit(start.memory_max_bytes)
    send(channel, Kind.READY, b"", timeout_s=None)

    def report(update: bytes) -> None:
        send(channel, Kind.REPORT, update, timeout_s=None)

    while (frame := receive(channel, timeout_s=None)) is not None:
        assert frame[0] is Kind.CALL
        send(channel, *_answer(frame[1], report, start.memory_max_bytes), timeout_s=None)
        give_back()


def _answer(
    body: bytes, report: Callable[[bytes], None], memory_max_bytes: int
) -> tuple[Kind, bytes]:
    try:
        function, payload = pickle.loads(body)  # noqa: S301 - only our parent writes to us
        module, _, name = function.partition(":")
        result = getattr(importlib.import_module(module), name)(payload, report)
        assert isinstance(result, bytes), f"{function} returns {type(result).__name__}"
        if len(result) > RESULT_BYTES_MAX:
            return _error(TooLarge("result", bytes_max=RESULT_BYTES_MAX))
    except MorelloError as error:
        if error.message.id == TooLarge("memory").message.id:  # a part of us knows its share only
            return _error(TooLarge("memory", memory_max_bytes=memory_max_bytes))
        return _error(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent hears of it and no more
        if _is_out_of_memory(error):
            return _error(TooLarge("memory", memory_max_bytes=memory_max_bytes))
        return _failure(error)
    return Kind.RESULT, result


def _failure(error: Exception) -> tuple[Kind, bytes]:
    if is_disk_full(error):
        return _error(Unavailable("disk_full"))
    text = "".join(traceback.format_exception(error))
    return Kind.FAULT, text.encode(errors="replace")[-ERROR_BYTES_MAX:]


def _error(error: MorelloError) -> tuple[Kind, bytes]:
    body = error.message.model_dump_json(fallback=str).encode()
    if len(body) > ERROR_BYTES_MAX:
        return Kind.FAULT, body[:ERROR_BYTES_MAX]
    return Kind.ERROR, body


def _is_out_of_memory(error: BaseException | None) -> bool:
    """Tell whether memory ran out, maybe behind another error; DuckDB's is known by its name."""
    if error is None:
        return False
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryException"
        or tells_of_no_memory(str(error))
        or _is_out_of_memory(error.__cause__ or error.__context__)
    )


def _end_with_parent(parent: int) -> None:
    """Ask the kernel to kill us when the thread that started us ends, however it ends."""
    if sys.platform == "linux":
        control = ctypes.CDLL(None).prctl
        control(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        control(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we could ask
        os._exit(1)


def _limit(memory_max_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files_max = _OPEN_FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES_MAX)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files_max, files_max))
    limit_memory(memory_max_bytes)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    main(Start(**{**given, "preload": tuple(given["preload"])}))

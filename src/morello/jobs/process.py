"""One worker process, from the parent's side: start it, give it a call, kill it.

What a worker says is never unpickled and never trusted: hostile SQL may have taken it over.
"""

import contextlib
import dataclasses
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Self

from pydantic import ValidationError

from morello.jobs.frame import BadFrame, Kind, receive, send
from morello.jobs.memory import tells_of_no_memory
from morello.kernel.errors import Fault, MorelloError, TimedOut, TooLarge, from_message
from morello.kernel.messages import Message

_logger = logging.getLogger(__name__)

START_TIMEOUT_S = 60.0
_DYING_S_MAX = 0.3
_COMPLAINT_BYTES_MAX = 64 << 10
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")
"""All that a worker is told of our environment: nothing in it may be a secret."""


class WorkerGone(Exception):
    """The process ended while it had a call."""


@dataclasses.dataclass(frozen=True, slots=True)
class Work:
    """One call, ready to send."""

    pickled: bytes
    timeout_s: float
    report: Callable[[bytes], None]
    """Called in the thread that talks to the worker."""


class Process:
    """A fresh interpreter that answers one call at a time and is reused until it is killed."""

    def __init__(
        self, popen: "subprocess.Popen[bytes]", channel: socket.socket, memory_max_bytes: int
    ) -> None:
        self._popen = popen
        self._channel = channel
        self._memory_max_bytes = memory_max_bytes
        self._lock = threading.Lock()
        self._is_ready = False
        self._is_killed = False
        self.calls = 0
        self.owner: str | None = None

    @classmethod
    def start(cls, *, memory_max_bytes: int, preload: tuple[str, ...]) -> Self:
        """Start an interpreter and return at once; it imports `preload` while we do other things.

        It dies with the *thread* that calls this (Linux), so that thread must live as long.
        """
        ours, theirs = socket.socketpair()
        complaints, written = (open(end, mode, buffering=0) for end, mode in _pipe())  # noqa: PTH123, SIM115 - descriptors, closed below or in end()
        given = {
            "channel": theirs.fileno(),
            "parent": os.getpid(),
            "memory_max_bytes": memory_max_bytes,
            "preload": preload,
        }
        with theirs, written:
            try:
                popen = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-P", "-m", "morello.jobs.worker", json.dumps(given)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=written,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                    env=_environment(),
                )
            except OSError:
                ours.close()
                complaints.close()
                raise
        popen.stderr = complaints
        return cls(popen, ours, memory_max_bytes)

    @property
    def pid(self) -> int:
        """The system's number for it."""
        return self._popen.pid

    @property
    def is_usable(self) -> bool:
        """Whether it can take another call: it lives, and says nothing that it was not asked."""
        with self._lock:
            if self._is_killed or self._popen.poll() is not None:
                return False
        return not (self._is_ready and self._is_speaking())

    def kill(self) -> None:
        """Kill it and everything it may have started. Safe from any thread; does not wait."""
        with self._lock:
            self._is_killed = True
            if self._popen.returncode is None:  # not yet reaped, so the id is still its own
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._popen.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it, wait until it is gone, and let go of its channels."""
        self.kill()
        with self._lock:
            self._popen.wait()
            self._channel.close()
            assert self._popen.stderr is not None
            self._popen.stderr.close()

    def call(self, work: Work) -> bytes:
        """Run one call to its end. Blocks; raises what the call raised, TimedOut or WorkerGone.

        The time limit counts from when the worker is ready. After anything but a result or an
        error of the tree that leaves its memory alone, the process must not be used again.
        """
        self.calls += 1
        if earlier := self._complaint():
            _logger.warning("a worker wrote: %s", earlier)
        try:
            if not self._is_ready:
                self._expect_ready()
            return self._talk(work, time.monotonic() + work.timeout_s)
        except TimeoutError:
            self.kill()
            raise TimedOut("worker", timeout_s=work.timeout_s) from None
        except (OSError, BadFrame) as error:
            raise WorkerGone(str(error)) from None

    def _expect_ready(self) -> None:
        frame = receive(self._channel, timeout_s=START_TIMEOUT_S)
        if frame is None or frame[0] is not Kind.READY:
            raise WorkerGone("it did not start")
        self._is_ready = True

    def _talk(self, work: Work, deadline: float) -> bytes:
        send(self._channel, Kind.CALL, work.pickled, timeout_s=work.timeout_s)
        while True:
            frame = receive(self._channel, timeout_s=max(deadline - time.monotonic(), 0))
            if frame is None:
                raise WorkerGone("closed")
            kind, body = frame
            if kind is Kind.RESULT:
                return body
            if kind is Kind.ERROR:
                raise _error(body)
            if kind is Kind.FAULT:
                _logger.error("a worker failed: %s", body.decode(errors="replace"))
                raise Fault("worker")
            if kind is not Kind.REPORT:
                raise BadFrame(kind.name)
            work.report(body)

    def cause_of_death(self) -> MorelloError:
        """Say why it ended by itself; waits a moment, because its channel closes first."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout=_DYING_S_MAX)
        status = self._popen.returncode
        complaint = self._complaint()
        _logger.error("a worker ended by itself (status %s): %s", status, complaint)
        if status == -signal.SIGKILL or tells_of_no_memory(complaint):
            return TooLarge("memory", memory_max_bytes=self._memory_max_bytes)
        return Fault("worker_died")

    def _is_speaking(self) -> bool:
        poll = select.poll()  # unlike select(), it takes descriptors above 1023
        poll.register(self._channel, select.POLLIN)
        return bool(poll.poll(0))

    def _complaint(self) -> str:
        """Return what it wrote to standard error since this was last asked; does not wait."""
        assert self._popen.stderr is not None
        return (self._popen.stderr.read(_COMPLAINT_BYTES_MAX) or b"").decode(errors="replace")


def _pipe() -> Iterator[tuple[int, str]]:
    """Give both ends of a pipe that never blocks: a full one drops what comes, unread."""
    for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True):
        os.set_blocking(end, False)
        yield end, mode


def _environment() -> dict[str, str]:
    told = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    # Two arenas: with one for every thread, what a thread frees is lost to all others.
    # Arrow's own allocator would keep what is freed a second time. A process per core is enough:
    # more threads for linear algebra would only get in the way.
    return {
        **told,
        "MALLOC_ARENA_MAX": "2",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _error(body: bytes) -> MorelloError:
    try:
        return from_message(Message.model_validate_json(body))
    except (ValidationError, ValueError):
        raise BadFrame("an error that is none") from None

"""What work used of the machine: read from the system, never asked of the worker itself."""

import contextlib
import contextvars
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

_RESET_PEAK = "5"
"""What proc(5) wants written to `clear_refs` to begin the peak of memory anew."""


class Usage(BaseModel):
    """Resources that worker processes used."""

    model_config = ConfigDict(frozen=True)

    cpu_s: float = 0.0
    memory_peak_bytes: int = 0
    """Most that one process held in memory."""
    read_bytes: int = 0
    """From disks; what the system had in memory already does not count."""
    written_bytes: int = 0

    def plus(self, other: Self) -> Self:
        """Return both together."""
        return self.model_copy(
            update={
                "cpu_s": self.cpu_s + other.cpu_s,
                "memory_peak_bytes": max(self.memory_peak_bytes, other.memory_peak_bytes),
                "read_bytes": self.read_bytes + other.read_bytes,
                "written_bytes": self.written_bytes + other.written_bytes,
            }
        )

    def since(self, earlier: Self) -> Self:
        """Return what came on top of an earlier reading of the same process."""
        return self.model_copy(
            update={
                "cpu_s": max(0.0, self.cpu_s - earlier.cpu_s),
                "read_bytes": max(0, self.read_bytes - earlier.read_bytes),
                "written_bytes": max(0, self.written_bytes - earlier.written_bytes),
            }
        )


class Meter:
    """Adds up what the processes use that work for whoever holds it. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._finished = Usage()
        self._running: dict[int, tuple[Usage, Usage]] = {}
        """By process: the reading when it began, and the newest."""

    def read(self) -> Usage:
        """Return what was used so far, by what has ended and by what runs."""
        with self._lock:
            self._refresh()
            total = self._finished
            for first, newest in self._running.values():
                total = total.plus(newest.since(first))
            return total

    @contextlib.contextmanager
    def watching(self, pid: int) -> Iterator[None]:
        """Count a process while the block lasts."""
        _forget_peak(pid)
        first = _reading(pid) or Usage()
        with self._lock:
            self._running[pid] = (first, first)
        try:
            yield
        finally:
            with self._lock:
                self._refresh()
                first, newest = self._running.pop(pid)
                self._finished = self._finished.plus(newest.since(first))

    def _refresh(self) -> None:
        for pid, (first, _) in list(self._running.items()):
            reading = _reading(pid)
            if reading is not None:
                self._running[pid] = (first, reading)


current_meter: contextvars.ContextVar[Meter | None] = contextvars.ContextVar("meter", default=None)
"""Who counts what is used here; everything that is called from here inherits it."""


def _reading(pid: int) -> Usage | None:
    """Return what a process used since it began; None when it is gone."""
    import psutil  # noqa: PLC0415 - only where somebody counts

    try:
        process = psutil.Process(pid)
        with process.oneshot():
            cpu = process.cpu_times()
            resident = process.memory_info().rss
        io = process.io_counters() if hasattr(process, "io_counters") else None
    except (psutil.Error, OSError):
        return None
    return Usage(
        cpu_s=cpu.user + cpu.system,
        memory_peak_bytes=max(resident, _peak_bytes(pid)),
        read_bytes=io.read_bytes if io is not None else 0,
        written_bytes=io.write_bytes if io is not None else 0,
    )


def _forget_peak(pid: int) -> None:
    with contextlib.suppress(OSError):  # Linux alone; elsewhere the present size has to do
        Path(f"/proc/{pid}/clear_refs").write_text(_RESET_PEAK, encoding="ascii")


def _peak_bytes(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return 0

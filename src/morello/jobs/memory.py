"""How much memory this process may use: set once in a worker, asked by whoever can do with less.

Linux counts private memory that can be written (`RLIMIT_DATA`, getrlimit(2)), which is what work
takes. Address space would count what is only reserved as well, 64 MiB for every thread.
"""

import contextlib
import ctypes
import functools
import resource
from collections.abc import Callable
from pathlib import Path

RESERVED_BYTES_MAX = 4 << 30
"""Address space beyond the limit: a process may reserve it, and map files."""

_SIGNS = (
    "bad_alloc",
    "memoryerror",
    "cannot allocate memory",
    "out of memory",
    "memory allocation still failed",  # OpenBLAS
    "can't start new thread",
    "failed to create thread",
    "resource temporarily unavailable",  # std::thread
)


def limit_memory(memory_max_bytes: int) -> None:
    """Let this process use so much more than it does now, and never more again."""
    mapped, private = _used_bytes()
    wanted = {
        resource.RLIMIT_DATA: private + memory_max_bytes,
        resource.RLIMIT_AS: mapped + memory_max_bytes + RESERVED_BYTES_MAX,
    }
    for kind, limit in wanted.items():
        with contextlib.suppress(ValueError, OSError):  # macOS refuses limits on address space
            resource.setrlimit(kind, (limit, limit))


def memory_share(share: float, *, at_most_bytes: int) -> int:
    """Return that share of what this process may use, and not more than `at_most_bytes`."""
    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if limit == resource.RLIM_INFINITY:
        return at_most_bytes
    return min(int(limit * share), at_most_bytes)


def tells_of_no_memory(text: str) -> bool:
    """Tell whether what a library said or wrote at its end means that memory ran out."""
    text = text.lower()
    return any(sign in text for sign in _SIGNS)


def give_back() -> None:
    """Give memory that is free to the system, so that the next call has it however it wants it."""
    trim = _trim()
    if trim is not None:
        trim(0)


@functools.cache
def _trim() -> Callable[[int], int] | None:
    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc alone


def _used_bytes() -> tuple[int, int]:
    """Return what is mapped, and what of it is private and writable; zero where not known."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0, 0
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return _bytes(lines["VmSize"]), _bytes(lines["VmData"])


def _bytes(value: str) -> int:
    return int(value.split(maxsplit=1)[0]) << 10  # "  812 kB"

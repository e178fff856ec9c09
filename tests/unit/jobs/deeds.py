"""Functions that the workers of these tests run."""

import os
import resource
import signal
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from morello.kernel.errors import BadQuery, TooLarge

Report = Callable[[bytes], None]


def echo(payload: bytes, report: Report) -> bytes:
    return payload


def process_id(payload: object, report: Report) -> bytes:
    return str(os.getpid()).encode()


def counted(payload: int, report: Report) -> bytes:
    for number in range(payload):
        report(str(number).encode())
    return b"done"


def refuse(payload: str, report: Report) -> bytes:
    raise BadQuery("syntax", line=1, column=2, near=payload)


def too_large(payload: object, report: Report) -> bytes:
    raise TooLarge("memory", memory_max_bytes=1)


def fail(payload: object, report: Report) -> bytes:
    raise ValueError("a secret in the text of an error")


def wrong_type(payload: object, report: Report) -> Any:
    return 7


def allocate(payload: int, report: Report) -> bytes:
    return bytes(payload)


def die(payload: int, report: Report) -> bytes:
    os._exit(payload)


def die_by_signal(payload: int, report: Report) -> bytes:
    os.kill(os.getpid(), payload)
    time.sleep(60)
    return b""


def complain(payload: str, report: Report) -> bytes:
    sys.stderr.write(payload * 100_000)  # more than the pipe holds
    return b"done"


def complain_and_die(payload: str, report: Report) -> bytes:
    sys.stderr.write(payload * 100_000)
    os._exit(1)


def sleep(payload: float, report: Report) -> bytes:
    report(b"asleep")
    time.sleep(payload)
    return b"awake"


def stubborn(payload: float, report: Report) -> bytes:
    """Ignore every signal that can be ignored."""
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    report(b"asleep")
    time.sleep(payload)
    return b""


def environment(payload: object, report: Report) -> bytes:
    return repr(dict(os.environ)).encode()


def limits(payload: object, report: Report) -> bytes:
    return repr(
        [resource.getrlimit(each) for each in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE)]
        + [os.getsid(0) == os.getpid(), sys.stdin.read()]
    ).encode()


def hostile(payload: tuple[int, int, bytes], report: Report) -> bytes:
    """Write raw bytes to the parent, as a worker that was taken over could."""
    kind, length, body = payload
    channel = next(
        int(path.name)
        for path in Path("/proc/self/fd").iterdir()
        if path.is_socket() and int(path.name) > 2
    )
    os.write(channel, struct.pack("!BQ", kind, length) + body)
    time.sleep(60)
    return b""


def die_the_first_time(payload: str, report: Report) -> bytes:
    """End the process, unless it was ended for this payload before."""
    mark = Path(payload)
    if not mark.exists():
        mark.touch()
        os._exit(3)
    return mark.name.encode()

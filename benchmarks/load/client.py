"""A client that sends evenly spaced requests, whether or not the answers come (an open loop).

Latency counts from the moment a request was due, so that a server that stalls is charged for all
who had to wait, not only for those it was answering (no coordinated omission). One thread, epoll
and a timer of the kernel (Linux): cheap enough to share the machine with what it measures.

    echo '{"host": "127.0.0.1", "port": 8000, "path": "/", "rate": 1000}' | python load/client.py
"""

import collections
import ctypes
import dataclasses
import gc
import json
import os
import select
import socket
import struct
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

ANSWER_TIMEOUT_S = 10.0
"""How long answers are awaited once the last request is due."""
_MONOTONIC = 1
_READ_BYTES = 1 << 16


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plan:
    """What to send."""

    host: str
    port: int
    path: str
    rate: float
    """Requests a second."""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    seconds: float = 10.0
    connections: int = 100
    warm_up_s: float = 2.0
    """Sent at the same rate and not counted."""

    def request(self) -> bytes:
        """Return the bytes of one request."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


class _Connection:
    """One keep-alive connection with at most one request under way."""

    __slots__ = ("due", "received", "socket", "wanted")

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.due = 0.0
        self.received = b""
        self.wanted = 0

    def send(self, request: bytes, due: float) -> None:
        """Send one request; it is far smaller than the kernel's buffer."""
        self.due, self.received, self.wanted = due, b"", 0
        assert self.socket.send(request) == len(request), "the kernel takes a whole request"

    def receive(self) -> int | None:
        """Take what has come; return the status once the answer is complete. Raises OSError."""
        piece = self.socket.recv(_READ_BYTES)
        if not piece:
            raise ConnectionError
        received = self.received = self.received + piece if self.received else piece
        if not self.wanted:
            end = received.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.wanted = end + 4 + _length(received[:end])
        return int(received[9:12]) if len(received) >= self.wanted else None


def _length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.find(b"\r\ncontent-length:")
    assert start >= 0, f"an answer without its length: {head!r}"
    end = lowered.find(b"\r\n", start + 2)
    return int(lowered[start + 17 : end if end >= 0 else len(lowered)])


class _Timer:
    """A timer of the kernel that expires evenly, as a file that can be waited for."""

    def __init__(self, interval_s: float) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        self.file = library.timerfd_create(_MONOTONIC, 0)
        assert self.file >= 0, os.strerror(ctypes.get_errno())
        nanoseconds = round(interval_s * 1e9)
        each = (nanoseconds // 10**9, nanoseconds % 10**9)
        specification = struct.pack("qqqq", *each, *each)
        assert library.timerfd_settime(self.file, 0, specification, None) == 0


class Load:
    """One run of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._request = plan.request()
        self._poll = select.epoll()
        self._by_file: dict[int, _Connection] = {}
        self._free: collections.deque[_Connection] = collections.deque()
        self._overdue: collections.deque[float] = collections.deque()
        self._backlogs: list[int] = []
        self._latencies: list[tuple[float, float]] = []
        self._statuses: collections.Counter[str] = collections.Counter()
        for _ in range(plan.connections):
            self._open()

    def run(self) -> dict[str, Any]:
        """Send everything and wait for the answers; return the figures."""
        plan = self._plan
        interval = 1 / plan.rate
        count = int((plan.warm_up_s + plan.seconds) * plan.rate)
        gc.disable()
        timer = _Timer(interval)
        self._poll.register(timer.file, select.EPOLLIN)
        started, used = time.perf_counter(), time.process_time()
        sent = 0
        give_up = started + count * interval + ANSWER_TIMEOUT_S
        while sent < count or len(self._free) < plan.connections:
            for file, _ in self._poll.poll(1.0):
                if file == timer.file:
                    os.read(file, 8)  # which has it expire again
                else:
                    self._take(self._by_file[file])
            due = min(count, int((time.perf_counter() - started) / interval))
            while sent < due:
                sent += 1
                self._overdue.append(started + sent * interval)
            self._send()
            if time.perf_counter() > give_up:
                break
        took = time.perf_counter() - started
        return self._figures(started + plan.warm_up_s, took, time.process_time() - used)

    def _send(self) -> None:
        overdue, free = self._overdue, self._free
        while overdue and free:
            free.popleft().send(self._request, overdue.popleft())
        self._backlogs.append(len(overdue))

    def _take(self, connection: _Connection) -> None:
        try:
            status = connection.receive()
        except OSError:
            self._statuses["broken"] += 1
            self._close(connection)
            self._open()
            return
        if status is None:
            return
        now = time.perf_counter()
        self._statuses[str(status)] += 1
        self._latencies.append((connection.due, now - connection.due))
        self._free.append(connection)

    def _open(self) -> None:
        connection = _Connection(self._plan.host, self._plan.port)
        self._by_file[connection.socket.fileno()] = connection
        self._poll.register(connection.socket, select.EPOLLIN)
        self._free.append(connection)

    def _close(self, connection: _Connection) -> None:
        file = connection.socket.fileno()
        self._poll.unregister(file)
        del self._by_file[file]
        connection.socket.close()

    def _figures(self, counts_from: float, took: float, cpu_s: float) -> dict[str, Any]:
        plan = self._plan
        counted = sorted(latency for due, latency in self._latencies if due >= counts_from)
        good = sum(count for status, count in self._statuses.items() if status.startswith("2"))
        answered = len(self._latencies)
        return {
            "rate_per_s": plan.rate,
            "connections": plan.connections,
            "seconds": plan.seconds,
            "answered": answered,
            "answered_per_s": round(answered / took, 1),
            "errors": int((plan.warm_up_s + plan.seconds) * plan.rate) - good,
            "statuses": dict(self._statuses),
            **{f"p{share}_ms": _percentile(counted, share) for share in (50, 95, 99)},
            "max_ms": round(counted[-1] * 1e3, 2) if counted else None,
            "backlog_max": max(self._backlogs, default=0),
            "backlog_end": len(self._overdue),
            "client_cpu_us_per_request": round(cpu_s / max(1, answered) * 1e6, 1),
            "client_cpu_s": round(cpu_s, 2),
        }


def _percentile(ordered: Sequence[float], share: int) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1e3, 2)


if __name__ == "__main__":
    print(json.dumps(Load(Plan(**json.load(sys.stdin))).run()))

"""Identifiers: UUIDv7 (RFC 9562, section 5.7), so that keys sort by the time they were made."""

import os
import threading
import time
import uuid

_COUNTER_MAX = 1 << 12
_CHANCE = (1 << 62) - 1

LOCAL_ORGANIZATION = uuid.UUID("00000000-0000-7000-8000-000000000001")
"""The one organization of local mode."""

INSTALLATION = uuid.UUID("00000000-0000-7000-8000-000000000000")
"""The organization of the installation itself; unknown people's failures land in its ledger."""


class _Sequence:
    """Keeps identifiers of one process in order, also within a millisecond."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._counter = 0

    def next(self, start: int) -> tuple[int, int]:
        """Return (milliseconds, 12-bit counter), strictly increasing; a count begins at `start`."""
        with self._lock:
            now = time.time_ns() // 1_000_000
            if now > self._milliseconds:
                self._milliseconds, self._counter = now, start
            else:
                self._counter += 1
                if self._counter == _COUNTER_MAX:
                    self._milliseconds, self._counter = self._milliseconds + 1, 0
            return self._milliseconds, self._counter


_sequence = _Sequence()


def new_id() -> uuid.UUID:
    """Return a new UUIDv7; each is larger than the one before it in this process."""
    chance = int.from_bytes(os.urandom(10))
    milliseconds, counter = _sequence.next(chance >> 69)  # 11 bits, so that there is room to count
    number = milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | chance & _CHANCE
    return uuid.UUID(int=number)

"""Where time comes from, so that a test can hold it still."""

import datetime
import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Everything that needs it is given one."""

    def now(self) -> datetime.datetime:
        """Return the wall-clock time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards; only differences mean anything."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime.datetime:
        """Return the wall-clock time, aware, in UTC."""
        return datetime.datetime.now(datetime.UTC)  # noqa: TID251 - this is the replacement

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


class StoppedClock:
    """A clock that moves only when told to: for tests and for replays."""

    def __init__(self, at: datetime.datetime) -> None:
        assert at.tzinfo is not None, "a clock needs a time zone"
        self._at = at
        self._elapsed_s = 0.0

    def now(self) -> datetime.datetime:
        """Return the time it was last set to."""
        return self._at

    def monotonic(self) -> float:
        """Return the seconds it was advanced by."""
        return self._elapsed_s

    def advance(self, seconds: float) -> None:
        """Move both hands forward."""
        assert seconds >= 0, "time moves forward"
        self._at += datetime.timedelta(seconds=seconds)
        self._elapsed_s += seconds

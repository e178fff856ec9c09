"""A flag that asks running work to stop. Safe to set from any thread."""

import threading
from collections.abc import Callable

from morello.kernel.errors import Cancelled


class Cancellation:
    """Set once, never unset."""

    def __init__(self) -> None:
        self._is_set = False
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], object]] = []

    @property
    def is_set(self) -> bool:
        """Whether somebody asked to stop."""
        return self._is_set

    def cancel(self) -> None:
        """Ask to stop; listeners are told in this thread."""
        with self._lock:
            if self._is_set:
                return
            self._is_set = True
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def check(self) -> None:
        """Raise Cancelled if somebody asked to stop."""
        if self._is_set:
            raise Cancelled

    def listening(self, listener: Callable[[], object]) -> "Listening":
        """Call `listener` once on cancel while the block lasts; at once if it is set already."""
        return Listening(self, listener)

    def listen(self, listener: Callable[[], object]) -> None:
        """Begin to tell somebody."""
        with self._lock:
            already = self._is_set
            self._listeners.append(listener)
        if already:
            listener()

    def ignore(self, listener: Callable[[], object]) -> None:
        """Tell them no more."""
        with self._lock:
            self._listeners.remove(listener)


class Listening:
    """A block in which somebody is told."""

    __slots__ = ("_cancellation", "_listener")

    def __init__(self, cancellation: Cancellation, listener: Callable[[], object]) -> None:
        self._cancellation, self._listener = cancellation, listener

    def __enter__(self) -> None:
        """Begin to listen."""
        self._cancellation.listen(self._listener)

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._cancellation.ignore(self._listener)

"""A flag that asks running work to stop. Safe to set from any thread."""

import contextlib
import threading
from collections.abc import Callable, Generator

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

    @contextlib.contextmanager
    def listening(self, listener: Callable[[], object]) -> Generator[None]:
        """Call `listener` once on cancel while the block lasts; at once if it is set already."""
        with self._lock:
            already = self._is_set
            self._listeners.append(listener)
        if already:
            listener()
        try:
            yield
        finally:
            with self._lock:
                self._listeners.remove(listener)

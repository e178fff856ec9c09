"""The limit of a tool's work: it ends when its time is over, or when somebody asks to stop."""

import asyncio
from typing import Self

from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Cancelled, MorelloError, TimedOut


class Limit:
    """A block that raises TimedOut or Cancelled when it, and nothing after it, is ended.

    It does what `asyncio.timeout` and a listener would in half their time: every call passes here.
    """

    __slots__ = (
        "_cancelling",
        "_is_over",
        "_listening",
        "_loop",
        "_reason",
        "_task",
        "_timer",
    )

    def __init__(self, timeout_s: float, tool: str, cancellation: Cancellation) -> None:
        task = asyncio.current_task()
        assert task is not None, "a tool runs in a task"
        self._task, self._cancelling, self._is_over = task, task.cancelling(), False
        self._reason: MorelloError | None = None
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(timeout_s, self._late, tool, timeout_s)
        self._listening = cancellation.listening(self._asked)

    def __enter__(self) -> Self:
        """Begin the block."""
        self._listening.__enter__()
        return self

    def _late(self, tool: str, timeout_s: float) -> None:
        self._end(TimedOut("tool", tool=tool, timeout_s=timeout_s))

    def _asked(self) -> None:
        """Be told to stop, in whichever thread somebody asks."""
        self._loop.call_soon_threadsafe(self._end, Cancelled())

    def _end(self, reason: MorelloError) -> None:
        if not self._is_over and self._reason is None:
            self._reason = reason
            self._task.cancel()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """End it; say why it was ended, unless whoever called was cancelled as well."""
        self._is_over = True
        self._timer.cancel()
        self._listening.__exit__()
        if self._reason is None:
            return
        ours_alone = self._task.uncancel() <= self._cancelling
        if ours_alone and isinstance(error, asyncio.CancelledError):
            raise self._reason from error

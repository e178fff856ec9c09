"""The progress line: what a call that takes over a second is doing, on standard error."""

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Self

from morello.doors.cli.terminal import Terminal, harmless
from morello.kernel.context import Progress
from morello.kernel.messages import render

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_QUIET_FOR_S = 1.0
"""What is done within this time needs no progress line."""


class ProgressLine:
    """A moving line on a terminal, plain lines elsewhere, nothing when quiet or quick."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._latest = terminal.words("cli.progress.working")
        self._share: float | None = None
        self._shown = False
        self._bar: Bar | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        if not self._terminal.quiet:
            self._timer = asyncio.get_running_loop().call_later(_QUIET_FOR_S, self._begin)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._bar is not None:
            self._bar.stop()

    def show(self, progress: Progress) -> None:
        """Take an update; it is printed once the call has taken long enough."""
        latest = harmless(render(progress.message, self._terminal.language))
        changed, self._latest = latest != self._latest, latest
        self._share = progress.share
        if self._bar is not None:
            self._move()
        elif self._shown and changed:
            self._print()

    def _begin(self) -> None:
        self._shown = True
        err = self._terminal.err
        if not err.is_terminal or err.is_dumb_terminal:
            self._print()
            return
        from rich.progress import (  # noqa: PLC0415 - only for slow calls on a terminal
            BarColumn,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )
        from rich.progress import Progress as RichProgress  # noqa: PLC0415 - the same

        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=err,
            transient=True,
        )
        self._bar.add_task(self._latest, total=None)
        self._bar.start()

    def _move(self) -> None:
        assert self._bar is not None, "moved before it began"
        total = None if self._share is None else 1.0
        self._bar.update(
            self._bar.task_ids[0],
            description=self._latest,
            total=total,
            completed=self._share or 0.0,
        )

    def _print(self) -> None:
        if self._share is None:
            self._terminal.note("cli.progress.line", what=self._latest)
        else:
            self._terminal.note("cli.progress.share", what=self._latest, share=self._share)

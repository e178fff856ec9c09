"""The runtime: one installation on an event loop of its own, used from ordinary code.

A notebook runs a loop already, in which nothing may block and none may be started; so the
installation lives on a loop in a background thread, and callers wait for it in theirs.
"""

import asyncio
import atexit
import concurrent.futures
import contextlib
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.principal import LOCAL_PRINCIPAL, Origin
from morello.kernel.protocols.installation import Installation

_CLOSE_TIMEOUT_S = 10.0
_CANCEL_TIMEOUT_S = 10.0

_Result = TypeVar("_Result")


class _Background:
    """A loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(_Executor())
        self._thread = threading.Thread(target=self._work, name="morello", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, _Result]) -> concurrent.futures.Future[_Result]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSE_TIMEOUT_S)

    def _work(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()


class _Executor(concurrent.futures.ThreadPoolExecutor):
    """Does work itself once Python takes no new threads, so that closing works at exit."""

    def submit(
        self, work: Callable[..., Any], /, *arguments: Any, **parameters: Any
    ) -> concurrent.futures.Future[Any]:
        try:
            return super().submit(work, *arguments, **parameters)
        except RuntimeError:
            done: concurrent.futures.Future[Any] = concurrent.futures.Future()
            done.set_result(work(*arguments, **parameters))
            return done


class Runtime:
    """Opens the installation on first use, and closes it when Python ends."""

    def __init__(self, open_installation: Callable[[], Installation]) -> None:
        self._open = open_installation
        self._lock = threading.RLock()
        self._background: _Background | None = None
        self._installation: Installation | None = None
        self._process = 0

    @property
    def installation(self) -> Installation:
        """The installation, opened by whoever asks first, and again after a fork."""
        return self._opened()[0]

    def call(self, tool: str, given: dict[str, Any]) -> Reply:
        """Run a tool to its end. Raises a MorelloError. Ctrl-C cancels it."""
        installation, background = self._opened()
        cancellation = Cancellation()
        call = Call(
            tool=tool,
            given=given,
            principal=LOCAL_PRINCIPAL,
            origin=Origin(door="python"),
            cancellation=cancellation,
        )
        waiting = background.run(_call(installation, call))
        try:
            return waiting.result()
        except KeyboardInterrupt:
            cancellation.cancel()
            concurrent.futures.wait([waiting], timeout=_CANCEL_TIMEOUT_S)
            raise

    def close(self) -> None:
        """Close the installation; the next call opens another."""
        with self._lock:
            if self._installation is None or self._background is None or self._is_forked:
                return
            closing = self._background.run(_close(self._installation))
            with contextlib.suppress(concurrent.futures.TimeoutError):
                closing.result(_CLOSE_TIMEOUT_S)
            self._background.end()
            self._background = self._installation = None

    @property
    def _is_forked(self) -> bool:
        return self._process != os.getpid()

    def _opened(self) -> tuple[Installation, _Background]:
        with self._lock:
            if self._installation is None or self._background is None or self._is_forked:
                self._process, self._background = os.getpid(), _Background()
                self._installation = self._background.run(_open(self._open)).result()
                atexit.unregister(self.close)
                atexit.register(self.close)
            return self._installation, self._background


async def _open(open_installation: Callable[[], Installation]) -> Installation:
    return open_installation()


async def _call(installation: Installation, call: Call) -> Reply:
    return await installation.caller.call(call)


async def _close(installation: Installation) -> None:
    await installation.close()

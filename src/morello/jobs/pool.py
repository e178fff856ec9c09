"""A pool of worker processes that can be killed, with one always ready to take over."""

import asyncio
import collections
import contextlib
import logging
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from morello.jobs.frame import CALL_BYTES_MAX
from morello.jobs.process import Process, Work, WorkerGone
from morello.jobs.usage import Meter, current_meter
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Busy, Cancelled, MorelloError, TimedOut, TooLarge, Unavailable

_logger = logging.getLogger(__name__)

WAITING_MAX = 256
"""Calls that may wait for a process; more are refused."""
CALLS_PER_PROCESS_MAX = 1000
"""Calls after which a process is replaced, so that no leak grows for ever."""
REPORTS_PENDING_MAX = 64
"""Reports the event loop may be behind by before the worker has to wait."""


class Pool:
    """Runs functions in fresh interpreters, at most `size` at once, first come, first served.

    `memory_max_bytes` is what one worker may map beyond what it has once `preload` is imported.
    With `keeps_spare`, one process more than are busy is kept ready; without, only what was killed
    is replaced, which suits a short-lived command. May be used from several event loops.
    """

    def __init__(
        self,
        *,
        size: int,
        memory_max_bytes: int,
        preload: Sequence[str] = (),
        keeps_spare: bool = True,
    ) -> None:
        assert size > 0
        self._size = size
        self.memory_max_bytes = memory_max_bytes
        self._preload = tuple(preload)
        self._lock = threading.Lock()
        self._keeps_spare = keeps_spare
        self._calls: set[Cancellation] = set()
        self._is_closed = False
        self._idle: collections.deque[Future[Process]] = collections.deque()
        self._living: set[Process] = set()
        # Workers end with the thread that started them, so one thread of ours starts them all.
        self._starter = ThreadPoolExecutor(1, "morello-starter")
        self._talkers = ThreadPoolExecutor(size, "morello-worker")

    async def run(
        self,
        function: str,
        payload: object,
        *,
        timeout_s: float,
        cancellation: Cancellation | None = None,
        report: Callable[[bytes], None] | None = None,
        owner: str = "",
    ) -> bytes:
        """Call `module:name` in a worker as `name(payload, report)` and return its bytes.

        A process that served one `owner` (an organization) never serves another, so nothing that
        took it over can wait for their data. `report` is called in this event loop, before the
        result is returned. Time counts from when a worker has the call. Raises what the call
        raised; TimedOut, Cancelled (both have killed it), TooLarge (memory or result), Busy (too
        many waiting), Fault (anything else).
        """
        cancellation = cancellation or Cancellation()
        cancellation.check()
        pickled = pickle.dumps((function, payload), pickle.HIGHEST_PROTOCOL)
        if len(pickled) > CALL_BYTES_MAX:
            raise TooLarge("call", bytes_max=CALL_BYTES_MAX)
        with self._place() as stop, cancellation.listening(stop.cancel):
            work = Work(pickled, timeout_s, _in_loop(asyncio.get_running_loop(), report, stop))
            meter = current_meter.get()
            future = self._talkers.submit(self._talk, work, owner, stop, meter)
            try:
                with stop.listening(lambda: _ignore(future.cancel())):
                    return await asyncio.wrap_future(future)
            except asyncio.CancelledError:
                stop.cancel()
                task = asyncio.current_task()
                if cancellation.is_set and not (task and task.cancelling()):
                    raise Cancelled from None
                raise

    def warm(self) -> None:
        """Have a process started in the background, unless one is ready for anybody."""
        with self._lock:
            is_ready = any(_owner(future) is None for future in self._idle)
            if not is_ready and not self._is_closed:
                self._idle.appendleft(self._start())

    def figures(self) -> dict[str, float]:
        """Return how many processes there are, and how many calls run or wait for one."""
        with self._lock:
            return {
                "worker_processes": float(len(self._living)),
                "worker_calls": float(len(self._calls)),
            }

    async def close(self) -> None:
        """Kill every process and wait until they are gone; calls that run are lost."""
        with self._lock:
            self._is_closed = True
            calls = list(self._calls)
        for stop in calls:
            stop.cancel()
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._talkers.shutdown(cancel_futures=True)
        self._starter.shutdown(cancel_futures=True)
        for process in list(self._living):
            self._discard(process)

    @contextlib.contextmanager
    def _place(self) -> Iterator[Cancellation]:
        stop = Cancellation()
        with self._lock:
            if self._is_closed:
                raise Unavailable("workers")
            if len(self._calls) >= self._size + WAITING_MAX:
                raise Busy("workers", retry_after_s=1.0)
            self._calls.add(stop)
        try:
            yield stop
        finally:
            with self._lock:
                self._calls.discard(stop)

    def _start(self) -> Future[Process]:
        return self._starter.submit(self._started)

    def _started(self) -> Process:
        process = Process.start(memory_max_bytes=self.memory_max_bytes, preload=self._preload)
        with self._lock:
            self._living.add(process)
        return process

    def _take(self, owner: str) -> Process:
        """Return a process that lives, and see to it that another is ready or on its way."""
        while True:
            with self._lock:
                if self._is_closed:
                    raise Unavailable("workers")
                future = self._pick(owner)
            if self._keeps_spare:
                self.warm()
            self._make_room()
            try:
                process = future.result()
            except OSError as error:
                _logger.error("a worker cannot be started: %s", error)  # noqa: TRY400 - it says why
                raise Unavailable("worker_start") from None
            if process.is_usable:
                process.owner = owner
                return process
            self._discard(process)

    def _pick(self, owner: str) -> Future[Process]:
        """Choose the process that was used last, of those that served nobody else."""
        for future in reversed(self._idle):
            if _owner(future) in (None, owner):
                self._idle.remove(future)
                return future
        return self._start()

    def _make_room(self) -> None:
        """End the process that idles longest for somebody else, when there are too many."""
        with self._lock:
            if len(self._living) <= self._size:
                return
            owned = [future for future in self._idle if _owner(future) is not None]
            if not owned or len(self._idle) == 1:
                return
            self._idle.remove(owned[0])
        self._starter.submit(self._discard, owned[0].result())

    def _discard(self, process: Process) -> None:
        process.end()
        with self._lock:
            self._living.discard(process)
        self.warm()

    def _return(self, process: Process) -> None:
        if process.calls >= CALLS_PER_PROCESS_MAX or not process.is_usable:
            self._discard(process)
            return
        ready: Future[Process] = Future()
        ready.set_result(process)
        with self._lock:
            self._idle.append(ready)

    def _talk(self, work: Work, owner: str, stop: Cancellation, meter: Meter | None) -> bytes:
        """Run one call; a thread of its own, so that nothing here blocks the event loop."""
        stop.check()
        process = self._take(owner)
        try:
            with _killing(process, stop), _metered(process, meter):
                result = process.call(work)
        except MorelloError as error:
            if isinstance(error, TimedOut | TooLarge):  # its memory may be spoilt
                process.kill()
            self._return(process)
            stop.check()
            raise
        except WorkerGone:
            cause = None if stop.is_set else process.cause_of_death()
            self._discard(process)
            stop.check()
            raise (cause or Cancelled()) from None
        except BaseException:
            self._discard(process)
            raise
        self._return(process)
        return result


def _owner(future: Future[Process]) -> str | None:
    """Tell whom a process serves; None when it is new, or on its way."""
    if not future.done() or future.cancelled() or future.exception() is not None:
        return None
    return future.result().owner


@contextlib.contextmanager
def _killing(process: Process, stop: Cancellation) -> Iterator[None]:
    """Kill the process on `stop` while the block lasts, and never after: it is another call's."""
    lock = threading.Lock()
    over = False

    def kill() -> None:
        with lock:
            if not over:
                process.kill()

    with stop.listening(kill):
        try:
            yield
        finally:
            with lock:
                over = True


def _metered(process: Process, meter: Meter | None) -> contextlib.AbstractContextManager[None]:
    """Count what a call uses where somebody wants to know; looking costs more than a small call."""
    return contextlib.nullcontext() if meter is None else meter.watching(process.pid)


def _in_loop(
    loop: asyncio.AbstractEventLoop, report: Callable[[bytes], None] | None, stop: Cancellation
) -> Callable[[bytes], None]:
    """Have `report` called in the event loop; a worker that reports faster than that waits."""
    if report is None:
        return _ignore
    room = threading.Semaphore(REPORTS_PENDING_MAX)

    def deliver(update: bytes) -> None:
        try:
            report(update)
        finally:
            room.release()

    def hand_over(update: bytes) -> None:
        while not room.acquire(timeout=1.0):
            stop.check()
            if loop.is_closed():
                raise Cancelled
        loop.call_soon_threadsafe(deliver, update)

    return hand_over


def _ignore(_: object) -> None:
    """Take anything and do nothing."""

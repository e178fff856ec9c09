"""What the API process and the worker have in common: the leash, the loop, an orderly end."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TextIO

import uvloop

from morello.app.server.charge import Charge, Said
from morello.app.server.leash import Leash
from morello.app.server.process.orphans import put_out
from morello.kernel.errors import Fault, MorelloError
from morello.kernel.settings import Settings

_log = logging.getLogger(__name__)

GC_THRESHOLDS = (20_000, 50, 100)
"""Rarer than Python's own: what a request leaves goes by itself, and the rest stays."""

Work = Callable[[Leash, Charge, asyncio.Event], Awaitable[None]]


def run(leash: Leash, work: Work) -> None:
    """Do the work of a process until the supervisor asks it to stop, or is gone."""
    charge = leash.charge()
    try:
        uvloop.run(_work(leash, charge, work))
    finally:
        if leash.is_loose:
            put_out(Settings.load())


async def _work(leash: Leash, charge: Charge, work: Work) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    leash.when_let_go(stop.set)
    try:
        await work(leash, charge, stop)
    except MorelloError as error:
        leash.tell(Said.FAILED, error.message)
        raise SystemExit(1) from error
    except Exception as error:
        _log.exception("the process broke")
        leash.tell(Said.FAILED, Fault("server.broke").message)
        raise SystemExit(1) from error


def nowhere() -> TextIO:
    """Return a stream that keeps nothing: lines of the log go to its file alone."""
    return Path(os.devnull).open("w", encoding="utf-8")


def settle() -> None:
    """Leave what was made at the start out of every later garbage collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)

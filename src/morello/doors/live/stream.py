"""A call as a stream of server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from typing import Protocol

import orjson
from pydantic import BaseModel

from morello.kernel.caller import Call, Caller, Reply
from morello.kernel.context import Update
from morello.kernel.errors import Fault, MorelloError

_log = logging.getLogger(__name__)

HEARTBEAT_S = 15.0
"""Longest silence: proxies drop what is silent, and who listens is asked for again."""
RETRY_MS = 2000
"""How long a reader that was cut off waits before it comes back."""
_AHEAD_MAX = 16
"""Updates taken from the call before the reader took them."""


class Words(Protocol):
    """How the door that answers puts things, and whether it still should."""

    def output(self, output: BaseModel) -> bytes:
        """Return an output or an update as JSON."""
        ...

    def problem(self, error: MorelloError) -> bytes:
        """Return an error as JSON."""
        ...

    async def still_welcome(self) -> bool:
        """Tell whether whoever listens still may."""
        ...


class Streams:
    """Makes streams of calls."""

    def __init__(self, caller: Caller, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._caller = caller
        self._heartbeat_s = heartbeat_s

    async def events(self, call: Call, words: Words) -> AsyncGenerator[bytes, None]:
        """Yield a call's updates and its result as events, and comments while nothing happens.

        `progress` and other updates go under their name, then `result` or `problem`. An update
        with a `position` has it as its id, which a reader sends back as `Last-Event-ID`. Closing
        the stream cancels the call. One whose reader is no longer welcome ends.
        """
        taken: asyncio.Queue[Update | Reply | MorelloError] = asyncio.Queue(_AHEAD_MAX)
        pump = asyncio.create_task(self._pump(call, taken))
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            welcome_until = self._now() + self._heartbeat_s
            while True:
                item = await self._next(taken)
                if item is None or self._now() > welcome_until:
                    if not await words.still_welcome():
                        return
                    welcome_until = self._now() + self._heartbeat_s
                if item is None:
                    yield b": still here\n\n"
                    continue
                yield encoded(item, words)
                if not isinstance(item, Update):
                    return
        finally:
            call.cancellation.cancel()
            pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pump

    async def _next(
        self, taken: "asyncio.Queue[Update | Reply | MorelloError]"
    ) -> Update | Reply | MorelloError | None:
        try:
            async with asyncio.timeout(self._heartbeat_s):
                return await taken.get()
        except TimeoutError:
            return None

    async def _pump(
        self, call: Call, taken: "asyncio.Queue[Update | Reply | MorelloError]"
    ) -> None:
        """Walk the call in one task from its beginning to its end, as its context wants it."""
        try:
            async with contextlib.AsyncExitStack() as stack:
                items = self._caller.stream(call)
                if (close := getattr(items, "aclose", None)) is not None:
                    stack.push_async_callback(close)
                async for item in items:
                    await taken.put(item)
        except MorelloError as error:
            await taken.put(error)
        except Exception:  # noqa: BLE001 - a reader is told of our own mistakes, too
            _log.exception("call %s of %s broke while streaming", call.call_id, call.tool)
            await taken.put(Fault("unexpected", call=str(call.call_id)))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def encoded(item: Update | Reply | MorelloError, words: Words) -> bytes:
    """Return one event."""
    if isinstance(item, MorelloError):
        return _event("problem", words.problem(item))
    if isinstance(item, Update):
        position = getattr(item, "position", None)
        return _event(type(item).__name__.lower(), words.output(item), position)
    result = {
        "call_id": str(item.call_id),
        "event_id": str(item.event_id),
        "from_cache": item.from_cache,
        "repeated": item.repeated,
        "output": orjson.Fragment(words.output(item.output)),
    }
    return _event("result", orjson.dumps(result))


def _event(kind: str, data: bytes, position: int | None = None) -> bytes:
    assert b"\n" not in data, "JSON of one line"
    identifier = b"" if position is None else b"id: %d\n" % position
    return b"event: %s\n%sdata: %s\n\n" % (kind.encode(), identifier, data)

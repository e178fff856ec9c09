"""A process of the server, from the supervisor's side."""

import asyncio
import contextlib
import datetime
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from morello.app.server.charge import LINE_BYTES_MAX, Charge, Word
from morello.kernel.clock import Clock

_LOG_MODE = 0o600
_OWNER = "MORELLO_DATABASE_OWNER_URL"


class Child:
    """An interpreter that runs one module of ours for as long as we hold its leash."""

    def __init__(self, process: asyncio.subprocess.Process, since: datetime.datetime) -> None:
        self._process = process
        self.since = since

    @classmethod
    async def start(
        cls, module: str, *, log: Path, clock: Clock, listening: int | None = None
    ) -> Self:
        """Start it; it imports what it needs while it waits for its charge.

        What it prints goes to the end of `log`. It has a session of its own, so that Ctrl-C in our
        terminal reaches us alone.
        """
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _LOG_MODE)
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                module,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=written,
                pass_fds=() if listening is None else (listening,),
                start_new_session=True,
                env=_environment(),
                limit=LINE_BYTES_MAX,
            )
        finally:
            os.close(written)
        return cls(process, clock.now())

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def begin(self, charge: Charge) -> None:
        """Tell it what to do; one that has ended already is no error here."""
        assert self._process.stdin is not None, "it was started with a pipe"
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(charge.model_dump_json().encode() + b"\n")
            await self._process.stdin.drain()

    async def words(self) -> AsyncIterator[Word]:
        """Yield what it says, until it ends; what makes no sense is passed over."""
        assert self._process.stdout is not None, "it was started with a pipe"
        while line := await self._process.stdout.readline():
            with contextlib.suppress(ValidationError):
                yield Word.model_validate_json(line)

    async def ended(self) -> int:
        """Wait until it has ended; return its exit status, negative for a signal."""
        status = await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        return status

    async def stop(self, *, within_s: float) -> None:
        """Ask it to finish what it has begun; kill it when that takes longer."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(within_s):
                await self.ended()
        except TimeoutError:
            self.kill()
            await self.ended()

    def kill(self) -> None:
        """End it by force."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()


def _environment() -> dict[str, str]:
    """Return our environment without what is the supervisor's alone: the owner of the schema."""
    return {name: value for name, value in os.environ.items() if name != _OWNER}

"""The leash: a process's end of the pipes to its supervisor, without whom it does not stay."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO, Self

from morello.app.server.charge import LINE_BYTES_MAX, Charge, Said, Word
from morello.kernel.messages import Message

_ORPHAN_S_MAX = 20.0
"""What has not ended this long after its supervisor has gone is ended by force."""


class Leash:
    """Standard input and output, taken for the supervisor alone."""

    def __init__(self, heard: BinaryIO, spoken: BinaryIO) -> None:
        self._heard = heard
        self._spoken = spoken
        self.is_loose = False
        """Whether the supervisor has gone."""

    @classmethod
    def take(cls) -> Self:
        """Take both ends; whatever else prints goes to standard error from now on."""
        heard, spoken = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        os.close(nothing)
        sys.stdout = sys.stderr
        return cls(os.fdopen(heard, "rb"), os.fdopen(spoken, "wb"))

    def charge(self) -> Charge:
        """Wait for what to do. Ends the process when the supervisor goes away before that."""
        line = self._heard.readline(LINE_BYTES_MAX)
        if not line:
            raise SystemExit(0)
        return Charge.model_validate_json(line)

    def tell(self, said: Said, message: Message | None = None, *, link: str = "") -> None:
        """Say something; nobody listening is no error."""
        word = Word(said=said, message=message, link=link)
        with contextlib.suppress(OSError, ValueError):
            self._spoken.write(word.model_dump_json().encode() + b"\n")
            self._spoken.flush()

    def when_let_go(self, stop: Callable[[], object]) -> None:
        """Call `stop` in this loop once the supervisor is gone, and end by force if that fails."""
        loop = asyncio.get_running_loop()

        def watch() -> None:
            with contextlib.suppress(OSError, ValueError):
                while self._heard.read(1):
                    pass
            self.is_loose = True
            with contextlib.suppress(RuntimeError):  # the loop has ended, and so shall we
                loop.call_soon_threadsafe(stop)
            threading.Event().wait(_ORPHAN_S_MAX)
            os._exit(1)

        threading.Thread(target=watch, name="morello-leash", daemon=True).start()

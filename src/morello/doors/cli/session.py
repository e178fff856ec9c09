"""A session: an installation open for the length of one command, and the calls made in it."""

import contextlib
import dataclasses
import signal
import uuid
from collections.abc import Awaitable, Callable, Iterator
from types import FrameType
from typing import Any

from morello.doors.cli.fault_log import FaultLog
from morello.doors.cli.remote.logins import Logins
from morello.doors.cli.terminal import Terminal
from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.errors import Fault
from morello.kernel.principal import LOCAL_PRINCIPAL, Origin
from morello.kernel.protocols.installation import Installation
from morello.kernel.protocols.server import Server
from morello.kernel.registry import Listed
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What may be said of a call beside its input."""

    approval: uuid.UUID | None = None
    idempotency_key: str | None = None


class Session:
    """Makes calls as the person at this machine. Ctrl-C cancels them all."""

    def __init__(self, installation: Installation, terminal: Terminal) -> None:
        self._installation = installation
        self.terminal = terminal
        self.cancellation = Cancellation()
        self.last_call: uuid.UUID | None = None

    @property
    def settings(self) -> Settings:
        """What the site chose."""
        return self._installation.settings

    def tools(self) -> list[Listed]:
        """Return every tool, without importing any."""
        return self._installation.registry.listed(LOCAL_PRINCIPAL.organization_id)

    def tool(self, name: str) -> Tool:
        """Return one tool. Raises NotFound, naming those that are spelled alike."""
        return self._installation.registry.find(name, LOCAL_PRINCIPAL.organization_id)

    async def call(self, tool: str, given: dict[str, Any], options: Options | None = None) -> Reply:
        """Run a tool to its end, showing progress. Raises a MorelloError."""
        options = options or Options()
        call = Call(
            tool=tool,
            given=given,
            principal=LOCAL_PRINCIPAL,
            origin=Origin(door="cli"),
            cancellation=self.cancellation,
            approval=options.approval,
            idempotency_key=options.idempotency_key,
        )
        self.last_call = call.call_id
        from morello.doors.cli.progress import ProgressLine  # noqa: PLC0415 - help needs no progress

        reply: Reply | None = None
        with ProgressLine(self.terminal) as line:
            async for item in self._installation.caller.stream(call):
                if isinstance(item, Reply):
                    reply = item
                elif isinstance(item, Progress):
                    line.show(item)
                else:
                    self.terminal.raw(item.model_dump_json())
        if reply is None:
            raise Fault("cli.no_reply", tool=tool)
        return reply


class Sessions:
    """Opens the installation when a command first needs it."""

    def __init__(
        self,
        open_installation: Callable[[Settings], Installation],
        settings: Settings,
        terminal: Terminal,
        open_server: Callable[[Settings], Server] | None = None,
    ) -> None:
        self._open = open_installation
        self._open_server = open_server
        self.settings = settings
        self.terminal = terminal
        self.is_local = False
        """Whether the command stays on this machine, wherever its person signed in."""
        self.last_call: uuid.UUID | None = None

    @property
    def logins(self) -> Logins:
        """The servers that this person signed in to."""
        return Logins(self.settings.home)

    def server(self) -> Server:
        """Return the server of the home folder; it need not run."""
        assert self._open_server is not None, "the program was made without one"
        return self._open_server(self.settings)

    def run(self, work: Callable[[Session], Awaitable[int]]) -> int:
        """Do the work of one command in a session; return its exit code."""
        import asyncio  # noqa: PLC0415 - help needs no loop

        return asyncio.run(self._run(work))

    async def _run(self, work: Callable[[Session], Awaitable[int]]) -> int:
        FaultLog(self.settings.home).listen()
        installation = self._opened()
        session = Session(installation, self.terminal)
        try:
            with _interrupting(session.cancellation):
                return await work(session)
        finally:
            self.last_call = session.last_call
            await installation.close()

    def _opened(self) -> Installation:
        here = self._open(self.settings)
        login = None if self.is_local else self.logins.current
        if login is None:
            self.is_local = True
            return here
        from morello.doors.cli.remote.installation import RemoteInstallation  # noqa: PLC0415 - HTTP is for who signed in

        return RemoteInstallation(here, login, self.terminal.language)


@contextlib.contextmanager
def _interrupting(cancellation: Cancellation) -> Iterator[None]:
    """Cancel on the first Ctrl-C, and stop at once on the second."""
    import asyncio  # noqa: PLC0415 - help needs no loop

    loop = asyncio.get_running_loop()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if cancellation.is_set:
            raise KeyboardInterrupt
        # Not in the handler itself, which may have interrupted somebody holding the lock.
        loop.call_soon_threadsafe(cancellation.cancel)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

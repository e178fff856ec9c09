"""A server as an installation: its calls are made there, its tools are known here."""

from morello.doors.cli.remote.caller import RemoteCaller
from morello.doors.cli.remote.connection import Connection
from morello.doors.cli.remote.logins import Login
from morello.kernel.protocols.installation import Installation
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings


class RemoteInstallation:
    """Implements `kernel.protocols.installation.Installation` for whoever signed in.

    What a tool is called with is known from this version's own registry, so help costs no request;
    a server of another version refuses what it does not know.
    """

    def __init__(self, here: Installation, login: Login, language: str) -> None:
        self._here = here
        self._connection = Connection(login, language)
        self._caller = RemoteCaller(self._connection, here.registry)

    @property
    def registry(self) -> Registry:
        """Every tool of this version."""
        return self._here.registry

    @property
    def caller(self) -> RemoteCaller:
        """The way to the server."""
        return self._caller

    @property
    def settings(self) -> Settings:
        """What was chosen here; the server has its own."""
        return self._here.settings

    async def close(self) -> None:
        """Let go of the server."""
        await self._connection.close()
        await self._here.close()

"""Which names this server answers to, so that a page cannot reach it by a name of its own."""

from collections.abc import Iterable

from morello.doors.rest.asked import Asked
from morello.kernel.errors import InvalidInput
from morello.kernel.settings import Settings

_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
_ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 - to leave them out
ANY_NAME = "*"


class Hosts:
    """The names in `Host` that are ours. `*` among those allowed is any name."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {each.lower() for each in names}
        self._known: set[bytes] = set()

    @classmethod
    def of(cls, settings: Settings) -> "Hosts":
        """Return this machine's names, the address listened at, and those the site allows."""
        own = {settings.host} - _ANY_ADDRESS
        return cls([*_THIS_MACHINE, *own, *settings.hosts_allowed])

    def check(self, asked: Asked) -> None:
        """Raise InvalidInput for a request that is meant for somebody else."""
        host = asked.headers.get(b"host", b"")
        if host in self._known:
            return
        name = host.decode("latin-1").lower()
        bare, _, port = name.rpartition(":")
        if bare and port.isdigit():
            name = bare
        if name not in self._names and (ANY_NAME not in self._names or not name):
            raise InvalidInput("rest.host", host=name[:100])
        if len(self._known) < len(self._names) * 4:
            self._known.add(host)  # as it was spelled, to be known at once the next time

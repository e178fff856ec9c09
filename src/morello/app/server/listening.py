"""The sockets that the server answers at, held by the supervisor so that no restart loses them."""

import errno
import ipaddress
import socket

from morello.kernel.errors import Conflict, Unavailable
from morello.kernel.settings import Settings

_WAITING_MAX = 2048


def listen(settings: Settings) -> list[socket.socket]:
    """Open a socket for each API process, all at one port; the system divides callers among them.

    Raises Conflict when the port is taken, Unavailable when it cannot be.
    """
    host, port = settings.host, settings.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        alone = socket.create_server(address, family=family, backlog=_WAITING_MAX)
        if settings.api_processes == 1:
            return [alone]
        alone.close()  # nobody else is there: those who share a port do not notice each other
        return [
            socket.create_server(address, family=family, backlog=_WAITING_MAX, reuse_port=True)
            for _ in range(settings.api_processes)
        ]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Conflict("server.port", host=host, port=port) from None
        problem = error.strerror or str(error)
        raise Unavailable("server.listen", host=host, port=port, problem=problem) from None


def url_of(settings: Settings) -> str:
    """Return where somebody at this machine reaches the server."""
    host = settings.host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"http://{host}:{settings.port}"
    if address.is_unspecified:
        host = "127.0.0.1" if address.version == 4 else "::1"  # noqa: PLR2004 - IPv4
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.port}"

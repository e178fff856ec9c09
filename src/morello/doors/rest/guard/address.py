"""Where a request came from: the socket's address, or what a trusted proxy says of it."""

import functools
import ipaddress
from collections.abc import Iterable, Sequence

from morello.doors.rest.asked import Asked
from morello.kernel.errors import Forbidden, InvalidInput
from morello.kernel.principal import Origin

DOOR = "rest"
_USER_AGENT_LENGTH_MAX = 300
_TRACE_LENGTH_MAX = 55
"""Of a `traceparent`, version 00 (W3C Trace Context)."""
_HOPS_MAX = 20

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Addresses:
    """Finds the caller's address. Proxies that are trusted are named by the site."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)

    @classmethod
    def of(cls, proxies: Iterable[str]) -> "Addresses":
        """Read addresses and networks. Raises InvalidInput for one that is none."""
        networks: list[Network] = []
        for each in proxies:
            try:
                networks.append(ipaddress.ip_network(each, strict=False))
            except ValueError:
                raise InvalidInput("rest.proxy", address=each) from None
        return cls(networks)

    def locate(self, asked: Asked) -> None:
        """Fill in the origin of a request and whether it is secure."""
        client = asked.scope.get("client")
        address = str(client[0]) if client else ""
        asked.secure = asked.scope.get("scheme") == "https"
        if self._trusted and self._is_trusted(address):
            asked.secure = asked.header(b"x-forwarded-proto").lower() == "https"
            address = self._behind(asked.header(b"x-forwarded-for"), address)
        agent = asked.header(b"user-agent")[:_USER_AGENT_LENGTH_MAX]
        asked.origin = _origin(address, agent)
        trace = asked.header(b"traceparent")
        if trace:  # seldom: what is kept above is the same for all of a caller's requests
            bounded = {"trace": trace[:_TRACE_LENGTH_MAX]}
            asked.origin = asked.origin.model_copy(update=bounded)

    def _behind(self, forwarded: str, proxy: str) -> str:
        """Return the last hop that no proxy of ours made up."""
        address = proxy
        for each in reversed(forwarded.split(",")[-_HOPS_MAX:]):
            hop = each.strip().strip("[]")
            try:
                ipaddress.ip_address(hop)
            except ValueError:
                return address
            address = hop
            if not self._is_trusted(hop):
                break
        return address

    def _is_trusted(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._trusted)


def is_this_machine(address: str) -> bool:
    """Tell whether an address is a loopback address."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def must_be_private(asked: Asked) -> None:
    """Raise Forbidden where a password or a session would travel in the clear."""
    if not asked.keeps_secrets:
        raise Forbidden("rest.plain_http")


@functools.lru_cache(maxsize=4096)
def _origin(address: str, user_agent: str) -> Origin:
    return Origin(door=DOOR, address=address, user_agent=user_agent)

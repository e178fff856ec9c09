"""A connection to one server, as somebody: requests in, JSON and errors of the tree out."""

import contextlib
import ipaddress
import urllib.parse
from collections.abc import AsyncIterator
from typing import Any

import httpx

from morello.doors.cli.remote.logins import Login
from morello.doors.cli.remote.problem import error_of
from morello.kernel.errors import MorelloError, Unavailable

_CONNECT_TIMEOUT_S = 10.0
_SILENCE_S_MAX = 120.0
"""A server that works says so more often than this."""
_PROBLEM_BYTES_MAX = 1 << 20


class Connection:
    """One server; closes with `close`."""

    def __init__(self, login: Login, language: str) -> None:
        headers = {"Accept-Language": language, "User-Agent": "morello-cli"}
        secret = login.credential.get_secret_value()
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        if login.organization:
            headers["X-Company-ID"] = login.organization
        self.url = login.url
        self._client = httpx.AsyncClient(
            base_url=login.url,
            headers=headers,
            timeout=httpx.Timeout(_SILENCE_S_MAX, connect=_CONNECT_TIMEOUT_S),
            trust_env=not _is_here(login.url),  # no proxy leads to this machine
        )

    async def close(self) -> None:
        """Let go of the server."""
        await self._client.aclose()

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Make one request and read its answer. Raises what the server raised, or Unavailable."""
        async with self.answering(method, path, **options) as response:
            await response.aread()
            return response

    @contextlib.asynccontextmanager
    async def answering(
        self, method: str, path: str, **options: Any
    ) -> AsyncIterator[httpx.Response]:
        """Make one request, and give its answer while it comes in. Raises like `send`.

        Leaving the block early ends the request, and with it what the server does for it.
        """
        try:
            async with self._client.stream(method, path, **options) as response:
                if response.is_error or response.is_redirect:
                    raise await _refusal(response)
                yield response
        except httpx.ConnectError:
            raise Unavailable("server.unreachable", url=self.url) from None
        except httpx.TimeoutException:
            raise Unavailable("server.quiet", url=self.url) from None
        except httpx.TransportError:
            raise Unavailable("server.lost", url=self.url) from None


async def _refusal(response: httpx.Response) -> MorelloError:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _PROBLEM_BYTES_MAX:
            break
    try:
        problem = httpx.Response(200, content=bytes(body)).json()
    except ValueError:
        problem = None
    return error_of(problem, status=response.status_code)


def _is_here(url: str) -> bool:
    host = urllib.parse.urlsplit(url).hostname or ""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"

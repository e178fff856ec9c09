"""The application: every request, from its head to the last byte of its answer.

    head → address → host → path and method → endpoint → security headers

An endpoint raises what it refuses; here, and nowhere else, it becomes a problem.
"""

import logging
from typing import Self

from morello.doors.rest.asked import Asked, Gone, Message, Receive, Send
from morello.doors.rest.calling import Calling, Live
from morello.doors.rest.guard.address import Addresses
from morello.doors.rest.guard.cross_origin import CrossOrigin
from morello.doors.rest.guard.hosts import Hosts
from morello.doors.rest.guard.security import with_security
from morello.doors.rest.output.answer import Answer
from morello.doors.rest.output.cookie import SESSION, ended
from morello.doors.rest.output.problem import problem
from morello.doors.rest.places import laid_out
from morello.doors.rest.router import Endpoint, Found, Router
from morello.doors.rest.who import Reception
from morello.kernel.errors import Fault, InvalidInput, MorelloError, NotFound, Unauthenticated
from morello.kernel.protocols.service import Service

_log = logging.getLogger(__name__)
_PATH_SHOWN_MAX = 200


class Application:
    """An ASGI application (version 3.0)."""

    def __init__(
        self, router: Router, hosts: Hosts, addresses: Addresses, origins: CrossOrigin
    ) -> None:
        self._router = router
        self._hosts = hosts
        self._addresses = addresses
        self._origins = origins

    @classmethod
    def of(cls, service: Service, live: Live) -> Self:
        """Draw the door from the registry; `live` makes a call's events.

        Raises InvalidInput for settings that cannot be, ValueError for two tools at one place.
        """
        settings = service.settings
        origins = CrossOrigin(settings.origins_allowed)
        reception = Reception(
            service.authenticator, origins, company_required=settings.company_header_required
        )
        calling = Calling(service, reception, live)
        router = laid_out(service, reception, calling)
        return cls(router, Hosts.of(settings), Addresses.of(settings.proxies_trusted), origins)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await _decline(scope, receive, send)
            return
        asked = Asked.of(scope, receive)
        try:
            answer = await self._answer(asked)
            headers = with_security(answer.headers, secure=asked.secure)
            headers += self._origins.headers(asked)
            if not asked.body_is_read:
                # What was not read would otherwise be taken for the next request.
                headers.append((b"connection", b"close"))
            await answer.send(asked, send, headers)
        except Gone:
            asked.cancellation.cancel()

    async def _answer(self, asked: Asked) -> Answer:
        try:
            asked.check()
            self._addresses.locate(asked)
            self._hosts.check(asked)
            return await self._endpoint(asked)(asked)
        except MorelloError as error:
            refused = error
        except Gone:
            raise
        except Exception:  # noqa: BLE001 - our own mistake is a problem, too
            _log.exception("a request to %s broke", asked.path[:_PATH_SHOWN_MAX])
            refused = Fault()
        instance = asked.path[:_PATH_SHOWN_MAX]
        answer = problem(refused, asked.language, instance=instance, call=asked.call_id)
        if isinstance(refused, Unauthenticated) and SESSION in asked.cookies:
            answer.headers += ended(secure=asked.needs_secure_cookies)  # it opens nothing any more
        return answer

    def _endpoint(self, asked: Asked) -> Endpoint:
        found = self._router.find(asked.raw_path)
        if found is None:
            raise NotFound("rest.path", path=asked.path[:_PATH_SHOWN_MAX])
        if asked.method == "OPTIONS":
            return self._options(found)
        if asked.method not in found.methods:
            method = asked.method[:_PATH_SHOWN_MAX]
            raise InvalidInput("rest.method", method=method, allowed=found.allowed)
        endpoint, names = found.methods[asked.method]
        asked.parameters = dict(zip(names, found.values, strict=True))
        return endpoint

    def _options(self, found: Found) -> Endpoint:
        async def options(asked: Asked) -> Answer:
            preflight = self._origins.preflight(asked, found.allowed)
            return preflight or Answer(204, [(b"allow", found.allowed.encode())])

        return options


async def _decline(scope: Message, receive: Receive, send: Send) -> None:
    """Start and stop with the server, and speak nothing but HTTP."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
        return
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return

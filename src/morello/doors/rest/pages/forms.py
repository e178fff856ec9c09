"""The forms of the start page: signing in and out without a script."""

from typing import Any

from morello.doors.rest.asked import Asked
from morello.doors.rest.guard.address import must_be_private
from morello.doors.rest.input.reading import form
from morello.doors.rest.output.answer import Answer, Header
from morello.doors.rest.output.cookie import cookies_of, ended
from morello.doors.rest.pages.frame import choose_language
from morello.doors.rest.pages.start import Start, Told
from morello.doors.rest.who import Reception
from morello.kernel.caller import Call, Reply
from morello.kernel.errors import MorelloError, Unauthenticated
from morello.kernel.principal import NOBODY
from morello.kernel.protocols.service import Service

SIGN_IN = "access.sign_in"
REDEEM = "access.redeem_link"
SIGN_OUT = "access.sign_out"

_SEE_OTHER = 303


class Forms:
    """Turns forms into calls, and their answers into cookies and the start page."""

    def __init__(self, service: Service, reception: Reception) -> None:
        self._service = service
        self._reception = reception
        self._start = Start(service, reception)

    async def sign_in(self, asked: Asked) -> Answer:
        """Sign in with an address and a password."""
        return await self._entered(asked, SIGN_IN, ("email", "password", "organization"))

    async def redeem(self, asked: Asked) -> Answer:
        """Spend a one-time link."""
        return await self._entered(asked, REDEEM, ("link",))

    async def sign_out(self, asked: Asked) -> Answer:
        """End the session. One that has ended already is no error."""
        text = choose_language(asked)
        given = dict(await form(asked))
        try:
            await self._reception.meet(asked, csrf=given.get("csrf", ""))
            await self._called(asked, SIGN_OUT, {})
        except Unauthenticated:
            pass
        return _home(text.language, ended(secure=asked.needs_secure_cookies))

    async def _entered(self, asked: Asked, tool: str, names: tuple[str, ...]) -> Answer:
        self._reception.must_be_our_page(asked)
        text = choose_language(asked)
        given = dict(await form(asked))
        # Whoever signs in is nobody yet, whatever their browser still sends along.
        asked.principal = NOBODY
        try:
            must_be_private(asked)
            said = {name: given[name] for name in names if given.get(name)}
            reply = await self._called(asked, tool, said)
        except MorelloError as error:
            return self._start.way_in(asked, text, Told(error, given.get("email", "")))
        cookies = cookies_of(reply.output, secure=asked.needs_secure_cookies)
        if not cookies:
            choices = reply.output.model_dump(mode="json").get("organizations", [])
            return self._start.way_in(asked, text, Told(None, given.get("email", ""), choices))
        return _home(text.language, cookies)

    async def _called(self, asked: Asked, tool: str, given: dict[str, Any]) -> Reply:
        call = Call(tool=tool, given=given, principal=asked.principal, origin=asked.origin)
        asked.call_id = call.call_id
        return await self._service.caller.call(call)


def _home(language: str, cookies: list[Header]) -> Answer:
    return Answer(_SEE_OTHER, [(b"location", f"/?language={language}".encode()), *cookies])

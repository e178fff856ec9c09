"""Health: whether the process lives, whether it is ready for work, and its figures."""

import asyncio
import hmac

from morello.doors.rest.asked import Asked
from morello.doors.rest.guard.address import is_this_machine
from morello.doors.rest.output.answer import Answer
from morello.kernel.errors import Forbidden, Unavailable
from morello.kernel.messages import Message, render
from morello.kernel.protocols.probe import Probe
from morello.kernel.protocols.service import Service

PROBE_TIMEOUT_S = 3.0
_METRICS = b"text/plain; version=0.0.4; charset=utf-8"
_BEARER = "bearer "


class Health:
    """What a supervisor, a load balancer and Prometheus ask for."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def live(self, asked: Asked) -> Answer:  # noqa: ARG002 - an endpoint's signature
        """Answer at all."""
        return Answer.json({"status": "ok"})

    async def ready(self, asked: Asked) -> Answer:
        """Ask every probe; 503 with what is wrong when one is not well."""
        probes = self._service.probes
        found = await asyncio.gather(*(_asked(each) for each in probes))
        wrong = {
            probe.name: render(message, asked.language)
            for probe, message in zip(probes, found, strict=True)
            if message is not None
        }
        state = {"status": "unavailable" if wrong else "ok", "wrong": wrong}
        return Answer.json(state, status=Unavailable.status if wrong else 200)

    async def metrics(self, asked: Asked) -> Answer:
        """Give the figures to this machine, and to who has the token. Raises Forbidden."""
        token = self._service.settings.metrics_token.get_secret_value()
        shown = asked.header(b"authorization")
        known = shown[: len(_BEARER)].lower() == _BEARER and hmac.compare_digest(
            shown[len(_BEARER) :].encode(), token.encode()
        )
        # A proxy beside us that nobody named would make everybody look like this machine.
        is_here = is_this_machine(asked.origin.address) and b"x-forwarded-for" not in asked.headers
        if not (known and token) and not is_here:
            raise Forbidden("rest.metrics")
        return Answer.of(self._service.metrics(), _METRICS)


async def _asked(probe: Probe) -> Message | None:
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            return await probe.health()
    except TimeoutError:
        return Message(id="rest.probe_late", parameters={"timeout_s": PROBE_TIMEOUT_S})

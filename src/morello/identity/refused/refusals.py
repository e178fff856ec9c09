"""Refused credentials, in the ledger: of the organization when it is known, else the installation.

Who shows rubbish as fast as they can must not fill the ledger with it: see `strangers.py`.
"""

import logging

from morello.identity.refused.strangers import Strangers
from morello.kernel.clock import Clock
from morello.kernel.errors import MorelloError
from morello.kernel.ids import new_id
from morello.kernel.principal import NOBODY, Origin, Principal
from morello.ledger.event import NewEvent
from morello.ledger.log import Log

_log = logging.getLogger(__name__)


class Refusals:
    """Records them."""

    def __init__(self, log: Log, clock: Clock) -> None:
        self._events, self._clock = log, clock
        self._strangers = Strangers(clock)

    async def record(
        self, error: MorelloError, origin: Origin, principal: Principal | None
    ) -> None:
        """Write down that somebody was refused, who they said they were, and from where."""
        left_out = self._strangers.admit(origin.address)
        if left_out is None:
            return
        event = self._event(error, origin, principal or NOBODY, left_out)
        organization_id = (principal or NOBODY).organization_id
        try:
            await self._events.append(organization_id, [event])
        except MorelloError:
            _log.exception("a refused credential could not be recorded")

    def _event(
        self, error: MorelloError, origin: Origin, principal: Principal, left_out: int
    ) -> NewEvent:
        credential_id = principal.credential_id
        personal = {
            "name": principal.name,
            "address": origin.address,
            "user_agent": origin.user_agent,
        }
        return NewEvent(
            stream=f"credential:{credential_id or new_id()}",
            kind="credential.refused",
            at=self._clock.now(),
            who={
                "organization": str(principal.organization_id),
                "subject": str(principal.subject_id),
                "kind": principal.kind.value,
                "role": principal.role.value,
                "door": origin.door,
                **({} if credential_id is None else {"credential": str(credential_id)}),
            },
            what={"tool": "access.authenticate", "effect": "reads"},
            result={
                "error": error.message.id,
                **({"not_recorded_before": left_out} if left_out else {}),
            },
            personal={name: value for name, value in personal.items() if value},
            person=str(principal.subject_id),
        )

"""Refused credentials, in the ledger: of the organization when it is known, else the installation.

Who shows rubbish as fast as they can must not fill the ledger with it: of each address so many a
minute are recorded, and the next one recorded says how many were not.
"""

import dataclasses
import logging

from morello.kernel.clock import Clock
from morello.kernel.errors import MorelloError
from morello.kernel.ids import new_id
from morello.kernel.principal import NOBODY, Origin, Principal
from morello.ledger.event import NewEvent
from morello.ledger.log import Log

RECORDED_PER_MINUTE_MAX = 60
_MINUTE_S = 60.0
_ADDRESSES_MAX = 1_000

_log = logging.getLogger(__name__)


@dataclasses.dataclass(slots=True)
class _Minute:
    """One address' refusals of the present minute."""

    ends_s: float
    recorded: int = 0
    left_out: int = 0


class Refusals:
    """Records them."""

    def __init__(self, log: Log, clock: Clock) -> None:
        self._events, self._clock = log, clock
        self._minutes: dict[str, _Minute] = {}

    async def record(
        self, error: MorelloError, origin: Origin, principal: Principal | None
    ) -> None:
        """Write down that somebody was refused, who they said they were, and from where."""
        minute = self._minute(origin.address)
        if minute.recorded >= RECORDED_PER_MINUTE_MAX:
            minute.left_out += 1
            return
        minute.recorded += 1
        event = self._event(error, origin, principal or NOBODY, minute.left_out)
        minute.left_out = 0
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

    def _minute(self, address: str) -> _Minute:
        now = self._clock.monotonic()
        minute = self._minutes.get(address)
        if minute is None or minute.ends_s <= now:
            left_out = minute.left_out if minute is not None else 0
            if minute is None and len(self._minutes) >= _ADDRESSES_MAX:
                self._minutes.pop(next(iter(self._minutes)))
            minute = _Minute(now + _MINUTE_S, left_out=left_out)
            self._minutes[address] = minute
        return minute

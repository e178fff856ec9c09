"""What jobs need of floors above theirs: who asked is by the time a job runs, and the ledger."""

import dataclasses
import uuid

from morello.identity.callers import By, Callers, Found, lower
from morello.identity.credentials.tokens import Signer
from morello.kernel.clock import Clock
from morello.kernel.context import Fact
from morello.kernel.errors import Forbidden
from morello.kernel.principal import Kind, Principal
from morello.kernel.protocols.unit import Unit
from morello.ledger.event import NewEvent
from morello.ledger.log import Log
from morello.storage.keys import Keys

WAIT_S_MAX = 7 * 86_400.0
"""Longest a job may wait and still be run in its asker's name."""
_ISSUER = "morello-job"
_AUDIENCE = "job"


class JobPassports:
    """Signed principals of those who asked for jobs. Implements `jobs.durable.ports.Passports`."""

    def __init__(self, keys: Keys, callers: Callers, clock: Clock) -> None:
        self._signer = Signer(keys, "passport", _ISSUER, clock)
        self._callers, self._clock = callers, clock

    async def issue(self, principal: Principal) -> str:
        """Return a signed passport for a job."""
        claims = {"principal": principal.model_dump(mode="json")}
        return self._signer.sign(_AUDIENCE, WAIT_S_MAX, claims)

    async def holder(self, passport: str) -> Principal:
        """Return who asked, with the rights they have now, and no more than then.

        Raises Unauthenticated when it is forged or too old, Forbidden when they or their key are
        no longer there.
        """
        asked = Principal.model_validate(self._signer.read(passport, _AUDIENCE)["principal"])
        if asked.kind is Kind.SYSTEM:
            return asked
        for by, value in _ways(asked):
            for found in await self._callers.find(by, str(value)):
                if self._still_holds(found, asked):
                    return _no_more_than(asked, found.principal())
        raise Forbidden("server.gone")

    def _still_holds(self, found: Found, asked: Principal) -> bool:
        is_over = found.expires_at is not None and found.expires_at <= self._clock.now()
        return found.organization_id == asked.organization_id and not (found.shut or is_over)


def _ways(asked: Principal) -> list[tuple[By, uuid.UUID | None]]:
    if asked.kind is Kind.KEY:
        return [(By.KEY_ID, asked.credential_id)]
    # Whoever looks through a broken glass is no member, and may for as long as that session lasts.
    by_session = [(By.SESSION_ID, asked.credential_id)] if asked.credential_id is not None else []
    return [(By.ACCOUNT, asked.subject_id), *by_session]


def _no_more_than(asked: Principal, now: Principal) -> Principal:
    """Return who it is now, without what the credential they asked with did not allow."""
    scopes = now.scopes if asked.scopes is None else asked.scopes
    return now.model_copy(update={"role": lower(asked.role, now.role), "scopes": scopes})


@dataclasses.dataclass(frozen=True, slots=True)
class JobFacts:
    """Facts about jobs that no call of theirs could tell. Implements `jobs.durable.ports.Facts`."""

    log: Log
    clock: Clock

    async def tell(
        self, organization_id: uuid.UUID, fact: Fact, *, subject: uuid.UUID, unit: Unit | None
    ) -> None:
        """Commit a fact, together with what the unit has written."""
        event = NewEvent(
            stream=fact.stream,
            kind=fact.kind,
            at=self.clock.now(),
            who={
                "organization": str(organization_id),
                "subject": str(subject),
                "kind": Kind.SYSTEM.value,
                "door": "job",
            },
            what=fact.body,
            expected_version=fact.expected_version,
        )
        await self.log.append(organization_id, [event], unit)

"""What durable jobs are given of the floors above them: who somebody is now, and the ledger."""

import uuid
from typing import Any

from pydantic import ValidationError

from morello.identity.callers import By, Callers, Found, lower
from morello.identity.credentials.tokens import Signer
from morello.kernel.clock import Clock
from morello.kernel.context import Fact
from morello.kernel.errors import Forbidden, Unauthenticated
from morello.kernel.principal import Kind, Principal
from morello.kernel.protocols.unit import Unit
from morello.ledger.event import NewEvent
from morello.ledger.log import Log
from morello.storage.keys import Keys

_PURPOSE = "job"
_ISSUER = "morello-job"
_LASTS_S = 30 * 86_400.0
"""Longest that a job may wait and run. Who holds it is looked up again by then."""


class JobPassports:
    """Passports of jobs. Implements `jobs.durable.ports.Passports`."""

    def __init__(self, keys: Keys, callers: Callers, clock: Clock) -> None:
        self._signer = Signer(keys, _PURPOSE, _ISSUER, clock)
        self._callers, self._clock = callers, clock

    async def issue(self, principal: Principal) -> str:
        """Return a signed passport."""
        claims = {"principal": principal.model_dump(mode="json")}
        return self._signer.sign(_PURPOSE, _LASTS_S, claims)

    async def holder(self, passport: str) -> Principal:
        """Return who asked, with no more rights than they had then, and no more than they have now.

        Raises Unauthenticated when it is forged or too old; Forbidden when they were removed, their
        key was revoked, or their organization is suspended.
        """
        claims: dict[str, Any] = self._signer.read(passport, _PURPOSE)
        try:
            asked = Principal.model_validate(claims.get("principal"))
        except ValidationError:
            raise Unauthenticated("token") from None
        if asked.kind is Kind.SYSTEM:
            return asked
        found = await self._found(asked)
        if found is None or found.role is None:
            raise Forbidden("job_asker")
        if found.shut:
            raise Forbidden("suspended")
        now = found.principal()
        narrowed = {"role": lower(asked.role, now.role), "scopes": asked.scopes}
        if asked.scopes is None:
            narrowed["scopes"] = now.scopes
        return now.model_copy(update=narrowed)

    async def _found(self, asked: Principal) -> Found | None:
        if asked.kind is Kind.KEY:
            rows = await self._callers.find(By.KEY_ID, str(asked.credential_id))
            return self._of(rows, asked)
        member = self._of(await self._callers.find(By.ACCOUNT, str(asked.subject_id)), asked)
        if member is not None or asked.credential_id is None:
            return member
        # Somebody behind broken glass is no member, and may work for as long as that session lasts.
        return self._of(await self._callers.find(By.SESSION_ID, str(asked.credential_id)), asked)

    def _of(self, rows: list[Found], asked: Principal) -> Found | None:
        for found in rows:
            is_over = found.expires_at is not None and found.expires_at <= self._clock.now()
            if found.organization_id == asked.organization_id and not is_over:
                return found if found.account_id == asked.subject_id else None
        return None


class JobFacts:
    """Puts facts about jobs in the ledger. Implements `jobs.durable.ports.Facts`."""

    def __init__(self, log: Log, clock: Clock) -> None:
        self._log, self._clock = log, clock

    async def tell(
        self, organization_id: uuid.UUID, fact: Fact, *, subject: uuid.UUID, unit: Unit | None
    ) -> None:
        """Commit a fact about a job of `subject`, together with what the unit has written."""
        event = NewEvent(
            stream=fact.stream,
            kind=fact.kind,
            at=self._clock.now(),
            who={"subject": str(subject)},
            what=fact.body,
        )
        await self._log.append(organization_id, [event], unit)

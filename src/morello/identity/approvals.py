"""Approvals: one person asks, another decides, and the decision holds for that one call."""

import datetime
import enum
import uuid
from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from morello.kernel.clock import Clock
from morello.kernel.errors import ApprovalRequired, Busy, Conflict, Forbidden, NotFound
from morello.kernel.ids import new_id
from morello.kernel.principal import Principal

OPEN_MAX = 1_000
"""Requests an organization may have open."""
LIFETIME = datetime.timedelta(days=7)
"""How long a request waits for a decision, and an approval for its call."""


class Decision(enum.StrEnum):
    """What became of a request."""

    OPEN = "open"
    APPROVED = "approved"
    DENIED = "denied"
    USED = "used"


class Approval(BaseModel):
    """A request to run one tool with one input, once."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    organization_id: uuid.UUID
    asked_by: uuid.UUID
    asked_at: datetime.datetime
    tool: str
    input_digest: str
    expires_at: datetime.datetime
    """When the request ends, decided or not."""
    decision: Decision = Decision.OPEN
    decided_by: uuid.UUID | None = None

    @classmethod
    def asked(
        cls, principal: Principal, tool: str, input_digest: str, at: datetime.datetime
    ) -> "Approval":
        """Return a new request."""
        return cls(
            id=new_id(),
            organization_id=principal.organization_id,
            asked_by=principal.subject_id,
            asked_at=at,
            tool=tool,
            input_digest=input_digest,
            expires_at=at + LIFETIME,
        )

    def check_decidable(self, principal: Principal, at: datetime.datetime) -> None:
        """Raise Forbidden for one's own request, Conflict once it is decided or has ended."""
        if self.asked_by == principal.subject_id:
            raise Forbidden("own_approval")
        if self.decision is not Decision.OPEN:
            raise Conflict("decided", approval=str(self.id))
        self._check_time(at)

    def check_usable(
        self, principal: Principal, tool: str, input_digest: str, at: datetime.datetime
    ) -> None:
        """Raise unless the request was approved for this very call, and was not used yet."""
        asked = (self.asked_by, self.tool, self.input_digest)
        if asked != (principal.subject_id, tool, input_digest):
            raise Forbidden("other_approval", approval=str(self.id))
        match self.decision:
            case Decision.DENIED:
                raise Forbidden("denied", approval=str(self.id))
            case Decision.USED:
                raise Conflict("used", approval=str(self.id))
            case Decision.OPEN | Decision.APPROVED:
                self._check_time(at)
        if self.decision is Decision.OPEN:
            raise ApprovalRequired("ask", tool=tool, approval=str(self.id))

    def _check_time(self, at: datetime.datetime) -> None:
        if at >= self.expires_at:
            raise Conflict("approval_expired", approval=str(self.id))


class Approvals(Protocol):
    """Keeps requests and decisions."""

    async def ask(self, principal: Principal, tool: str, input_digest: str) -> Approval:
        """File a request, or return the open one for the same call. Raises Busy when too many."""
        ...

    async def decide(
        self, principal: Principal, approval_id: uuid.UUID, decision: Decision
    ) -> Approval:
        """Approve or deny. Raises NotFound, Conflict, Forbidden for one's own request."""
        ...

    async def use(
        self, approval_id: uuid.UUID, principal: Principal, tool: str, input_digest: str
    ) -> None:
        """Spend an approval on the call it was given for. Raises NotFound, Forbidden, Conflict."""
        ...

    async def open(self, organization_id: uuid.UUID) -> Sequence[Approval]:
        """Return the requests that wait for a decision, the oldest first."""
        ...


class MemoryApprovals:
    """Approvals for as long as the process lives, or until they end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._organizations: dict[uuid.UUID, dict[uuid.UUID, Approval]] = {}

    async def ask(self, principal: Principal, tool: str, input_digest: str) -> Approval:
        """File a request, or return the open one for the same call."""
        new = Approval.asked(principal, tool, input_digest, self._clock.now())
        waiting = await self.open(principal.organization_id)
        for each in waiting:
            if (each.asked_by, each.tool, each.input_digest) == (new.asked_by, tool, input_digest):
                return each
        if len(waiting) >= OPEN_MAX:
            raise Busy("approvals", open_max=OPEN_MAX, retry_after_s=60.0)
        self._forget_ended(principal.organization_id)
        return self._keep(new)

    async def decide(
        self, principal: Principal, approval_id: uuid.UUID, decision: Decision
    ) -> Approval:
        """Approve or deny somebody else's request."""
        approval = self._get(principal.organization_id, approval_id)
        approval.check_decidable(principal, self._clock.now())
        update = {"decision": decision, "decided_by": principal.subject_id}
        return self._keep(approval.model_copy(update=update))

    async def use(
        self, approval_id: uuid.UUID, principal: Principal, tool: str, input_digest: str
    ) -> None:
        """Spend an approval on the call it was given for."""
        approval = self._get(principal.organization_id, approval_id)
        approval.check_usable(principal, tool, input_digest, self._clock.now())
        self._keep(approval.model_copy(update={"decision": Decision.USED}))

    async def open(self, organization_id: uuid.UUID) -> Sequence[Approval]:
        """Return the requests that wait for a decision, the oldest first."""
        now = self._clock.now()
        return [
            each
            for each in self._organizations.get(organization_id, {}).values()
            if each.decision is Decision.OPEN and each.expires_at > now
        ]

    def _get(self, organization_id: uuid.UUID, approval_id: uuid.UUID) -> Approval:
        try:
            return self._organizations[organization_id][approval_id]
        except KeyError:
            raise NotFound("approval", approval=str(approval_id)) from None

    def _keep(self, approval: Approval) -> Approval:
        self._organizations.setdefault(approval.organization_id, {})[approval.id] = approval
        return approval

    def _forget_ended(self, organization_id: uuid.UUID) -> None:
        now, approvals = self._clock.now(), self._organizations.get(organization_id, {})
        for each in [each for each in approvals.values() if each.expires_at <= now]:
            del approvals[each.id]

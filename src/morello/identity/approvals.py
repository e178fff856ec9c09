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
    decision: Decision = Decision.OPEN
    decided_by: uuid.UUID | None = None


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
    """Approvals for as long as the process lives."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._approvals: dict[tuple[uuid.UUID, uuid.UUID], Approval] = {}

    async def ask(self, principal: Principal, tool: str, input_digest: str) -> Approval:
        """File a request, or return the open one for the same call."""
        waiting = await self.open(principal.organization_id)
        for each in waiting:
            if (each.asked_by, each.tool, each.input_digest) == (
                principal.subject_id,
                tool,
                input_digest,
            ):
                return each
        if len(waiting) >= OPEN_MAX:
            raise Busy("approvals", open_max=OPEN_MAX, retry_after_s=60.0)
        return self._keep(
            Approval(
                id=new_id(),
                organization_id=principal.organization_id,
                asked_by=principal.subject_id,
                asked_at=self._clock.now(),
                tool=tool,
                input_digest=input_digest,
            )
        )

    async def decide(
        self, principal: Principal, approval_id: uuid.UUID, decision: Decision
    ) -> Approval:
        """Approve or deny somebody else's request."""
        approval = self._get(principal.organization_id, approval_id)
        if approval.asked_by == principal.subject_id:
            raise Forbidden("own_approval")
        if approval.decision is not Decision.OPEN:
            raise Conflict("decided", approval=str(approval_id))
        update = {"decision": decision, "decided_by": principal.subject_id}
        return self._keep(approval.model_copy(update=update))

    async def use(
        self, approval_id: uuid.UUID, principal: Principal, tool: str, input_digest: str
    ) -> None:
        """Spend an approval on the call it was given for."""
        approval = self._get(principal.organization_id, approval_id)
        asked = (approval.asked_by, approval.tool, approval.input_digest)
        if asked != (principal.subject_id, tool, input_digest):
            raise Forbidden("other_approval", approval=str(approval_id))
        match approval.decision:
            case Decision.OPEN:
                raise ApprovalRequired("ask", tool=tool, approval=str(approval_id))
            case Decision.DENIED:
                raise Forbidden("denied", approval=str(approval_id))
            case Decision.USED:
                raise Conflict("used", approval=str(approval_id))
            case Decision.APPROVED:
                self._keep(approval.model_copy(update={"decision": Decision.USED}))

    async def open(self, organization_id: uuid.UUID) -> Sequence[Approval]:
        """Return the requests that wait for a decision, the oldest first."""
        return [
            each
            for each in self._approvals.values()
            if each.organization_id == organization_id and each.decision is Decision.OPEN
        ]

    def _get(self, organization_id: uuid.UUID, approval_id: uuid.UUID) -> Approval:
        try:
            return self._approvals[organization_id, approval_id]
        except KeyError:
            raise NotFound("approval", approval=str(approval_id)) from None

    def _keep(self, approval: Approval) -> Approval:
        self._approvals[approval.organization_id, approval.id] = approval
        return approval

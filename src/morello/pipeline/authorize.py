"""Authorize: may this caller run this tool on what it touches?

Role and scopes are checked before anything is looked up (`permit`), so that somebody without the
right cannot learn which datasets there are from the way a call fails.
"""

import dataclasses

from morello.identity.approvals import Approvals
from morello.kernel.caller import Call
from morello.kernel.context import Context
from morello.kernel.errors import ApprovalRequired, Forbidden, Unauthenticated
from morello.kernel.permission import FOR_ANYBODY, allows, in_scope
from morello.kernel.principal import Kind, Principal
from morello.kernel.tool import Tool


@dataclasses.dataclass(frozen=True, slots=True)
class Authority:
    """Decides: allow, deny, or needs approval."""

    approvals: Approvals
    region: str | None = None
    """Where this installation keeps data."""

    def permit(self, principal: Principal, tool: Tool) -> None:
        """Check role and scopes. Raises Forbidden, or Unauthenticated for nobody we know."""
        if principal.kind is Kind.NOBODY and not FOR_ANYBODY & tool.permission:
            raise Unauthenticated("sign_in", tool=tool.name)
        if not allows(principal.role, tool.permission):
            raise Forbidden("role", tool=tool.name, role=principal.role.value)
        if not in_scope(tool.name, principal.scopes):
            raise Forbidden("scope", tool=tool.name)

    async def authorize(self, call: Call, tool: Tool, input_digest: str, context: Context) -> None:
        """Check what was resolved: organization, region, approval.

        Raises Forbidden, or ApprovalRequired naming the request that was filed.
        """
        principal = call.principal
        for pinned in context.pinned.values():
            assert pinned.organization_id == principal.organization_id, "resolve crossed a wall"
        if principal.region is not None and principal.region != self.region:
            raise Forbidden("region", region=principal.region)
        if tool.effect in principal.approval_for:
            await self._approved(call, tool, input_digest)

    async def _approved(self, call: Call, tool: Tool, input_digest: str) -> None:
        if (call.depth or call.job is not None) and call.approval is not None:
            return  # what a call does inside itself, or later as a job, was approved with it
        if call.approval is None:
            request = await self.approvals.ask(call.principal, tool.name, input_digest)
            raise ApprovalRequired("ask", tool=tool.name, approval=str(request.id))
        await self.approvals.use(call.approval, call.principal, tool.name, input_digest)

"""`access.list_sessions`: who is in, on which device."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.credentials.sessions import Session, Sessions
from morello.kernel.context import Context
from morello.kernel.errors import Forbidden
from morello.kernel.permission import Permission, allows
from morello.kernel.tool import Route, tool


class ListSessionsRequest(BaseModel):
    """Whose."""

    member: uuid.UUID | None = Field(
        default=None, description="Account of another member; your own sessions without."
    )
    everybody: bool = Field(default=False, description="Everybody's in this organization.")


class SessionList(BaseModel):
    """Sessions, the newest first."""

    sessions: list[Session] = Field(description="The sessions.")
    current: uuid.UUID | None = Field(description="Id of the one in use.")


@tool(
    "access.list_sessions",
    title={
        "en": "List sessions with their devices and addresses.",
        "ko": "세션과 기기, 접속 주소를 보여줍니다.",
    },
    permission=Permission.READ_CATALOG,  # one's own are everybody's; others' are asked for below
    route=Route("GET", "/api/security/sessions"),
    example={},
)
async def list_sessions(
    request: ListSessionsRequest, context: Context, sessions: Sessions
) -> SessionList:
    """Return one's own sessions; those of others to who manages access."""
    principal = context.principal
    owner = None if request.everybody else request.member or principal.subject_id
    if owner != principal.subject_id and not allows(principal.role, Permission.MANAGE_ACCESS):
        raise Forbidden("others", tool=context.tool)
    found = await sessions.sessions(principal.organization_id, owner)
    return SessionList(sessions=found, current=principal.credential_id)

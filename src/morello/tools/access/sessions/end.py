"""`access.end_session`: end a session from afar."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.credentials.sessions import Session, Sessions
from morello.identity.known import Known
from morello.kernel.context import Context, Fact
from morello.kernel.errors import NotFound
from morello.kernel.permission import Permission, allows
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class EndSessionRequest(BaseModel):
    """Which session."""

    session: uuid.UUID = Field(description="Id of the session.")


class EndedSession(BaseModel):
    """The session that is over."""

    ended: Session = Field(description="What it was.")


@tool(
    "access.end_session",
    title={"en": "End a session from afar.", "ko": "다른 기기의 세션을 원격으로 끝냅니다."},
    permission=Permission.READ_CATALOG,  # one's own are everybody's; others' are asked for below
    effect=Effect.WRITES,
    route=Route("DELETE", "/api/security/sessions/{session}"),
    example={"session": "00000000-0000-7000-8000-0000000000cc"},
)
async def end_session(
    request: EndSessionRequest, context: Context, sessions: Sessions, known: Known
) -> EndedSession:
    """End one's own session, or anybody's as who manages access."""
    principal = context.principal
    session = await sessions.session(principal.organization_id, request.session)
    if session.owner != principal.subject_id and not allows(
        principal.role, Permission.MANAGE_ACCESS
    ):
        raise NotFound("session", session=str(request.session))
    await sessions.end(principal.organization_id, session.id)
    context.after_record.append(known.empty)
    context.record(
        Fact(
            stream=f"session:{session.id}",
            kind="session.ended",
            body={"owner": str(session.owner)},
        )
    )
    return EndedSession(ended=session)

"""`access.whoami`: who one is here, and what one may do."""

import uuid

from pydantic import BaseModel, Field

from morello.identity.callers import By, Callers
from morello.kernel.context import Context
from morello.kernel.permission import RIGHTS, Permission, Role
from morello.kernel.principal import Kind
from morello.kernel.tool import Route, tool


class WhoamiRequest(BaseModel):
    """Nothing to choose."""


class Whoami(BaseModel):
    """Who one is."""

    organization_id: uuid.UUID = Field(description="Organization, as X-Company-ID names it.")
    organization: str = Field(description="What the organization is called.")
    account_id: uuid.UUID = Field(description="Id of the account.")
    name: str = Field(description="What the person is called.")
    email: str = Field(description="E-mail address.")
    kind: Kind = Field(description="person, or key for a program with a key of theirs.")
    role: Role = Field(description="Role.")
    permissions: list[str] = Field(description="What the role may do.")
    scopes: list[str] | None = Field(description="Tools that may be called; null is every one.")
    credential_id: uuid.UUID | None = Field(description="The session or key in use.")


@tool(
    "access.whoami",
    title={
        "en": "Show who you are here and what you may do.",
        "ko": "현재 사용자와 허용된 권한을 보여줍니다.",
    },
    permission=Permission.READ_CATALOG,
    route=Route("GET", "/api/access/whoami"),
    example={},
)
async def whoami(
    request: WhoamiRequest,  # noqa: ARG001 - every tool has one
    context: Context,
    callers: Callers,
) -> Whoami:
    """Tell the caller about the caller."""
    principal = context.principal
    by = By.KEY_ID if principal.kind is Kind.KEY else By.SESSION_ID
    value = str(principal.credential_id or principal.subject_id)
    found = await callers.find(by if principal.credential_id else By.ACCOUNT, value)
    here = next((each for each in found if each.organization_id == principal.organization_id), None)
    return Whoami(
        organization_id=principal.organization_id,
        organization=here.organization if here else "",
        account_id=principal.subject_id,
        name=principal.name,
        email=(here.email if here else None) or "",
        kind=principal.kind,
        role=principal.role,
        permissions=[
            str(each.name).lower() for each in Permission if each & RIGHTS[principal.role]
        ],
        scopes=None if principal.scopes is None else sorted(principal.scopes),
        credential_id=principal.credential_id,
    )

"""`access.list_keys`: which API keys there are."""

from pydantic import BaseModel, Field

from morello.identity.credentials.api_keys import ApiKey, ApiKeys
from morello.kernel.context import Context
from morello.kernel.errors import Forbidden
from morello.kernel.permission import Permission, allows
from morello.kernel.tool import Route, tool


class ListKeysRequest(BaseModel):
    """Whose."""

    everybody: bool = Field(default=False, description="Everybody's in this organization.")


class KeyList(BaseModel):
    """Keys, the newest first; never their secrets."""

    keys: list[ApiKey] = Field(description="The keys.")


@tool(
    "access.list_keys",
    title={"en": "List API keys.", "ko": "API 키 목록을 보여줍니다."},
    permission=Permission.READ_CATALOG,  # one's own are everybody's; others' are asked for below
    route=Route("GET", "/api/security/api-keys"),
    example={},
)
async def list_keys(request: ListKeysRequest, context: Context, api_keys: ApiKeys) -> KeyList:
    """Return one's own keys; everybody's to who manages access."""
    principal = context.principal
    if request.everybody and not allows(principal.role, Permission.MANAGE_ACCESS):
        raise Forbidden("others", tool=context.tool)
    owner = None if request.everybody else principal.subject_id
    return KeyList(keys=await api_keys.keys(principal.organization_id, owner))

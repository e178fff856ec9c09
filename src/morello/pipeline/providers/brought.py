"""Tools that an organization brought: outside services, saved workflows, described by JSON Schema.

Their input is checked against the schema; what they do is behind one function.
"""

import collections
import importlib
import uuid
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, RootModel, model_validator

from morello.kernel.context import Context
from morello.kernel.errors import Conflict, InvalidInput
from morello.kernel.messages import Words
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.registry import Listed
from morello.kernel.tool import Tool, tool

TOOLS_MAX = 1_000
"""Tools one organization may bring."""

Function = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class Brought(BaseModel):
    """The description of a tool that comes from outside."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: Words
    input_schema: dict[str, Any]
    permission: Permission = Permission.ANALYZE
    effect: Effect = Effect.WRITES
    example: dict[str, Any] = {}


class BroughtResult(RootModel[dict[str, Any]]):
    """Whatever the outside tool answered."""


class BroughtTools:
    """Each organization's own tools, kept in this process. Nobody else's are there."""

    def __init__(self) -> None:
        self._tools: dict[uuid.UUID, dict[str, Tool]] = collections.defaultdict(dict)

    def add(self, organization_id: uuid.UUID, brought: Brought, function: Function) -> Tool:
        """Add a tool. Raises InvalidInput for a schema that is none, Conflict over the limit."""
        mine = self._tools[organization_id]
        if len(mine) >= TOOLS_MAX:
            raise Conflict("brought_tools", tools_max=TOOLS_MAX)
        mine[brought.name] = _tool(brought, function)
        return mine[brought.name]

    def remove(self, organization_id: uuid.UUID, name: str) -> None:
        """Take a tool away; one that is not there is no error."""
        self._tools[organization_id].pop(name, None)

    def listed(self, organization_id: uuid.UUID) -> Iterable[Listed]:
        """Name the organization's tools."""
        for each in self._tools.get(organization_id, {}).values():
            yield Listed(
                name=each.name,
                title=each.title,
                effect=each.effect.value,
                cost=each.cost.value,
                permission=each.permission.name or "",
                provider="organization",
            )

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:
        """Return one of the organization's tools."""
        return self._tools.get(organization_id, {}).get(name)


def _tool(brought: Brought, function: Function) -> Tool:
    request_model = _model(brought)

    async def run(request: RootModel[dict[str, Any]], context: Context) -> BroughtResult:
        context.cancellation.check()
        return BroughtResult(await function(request.root))

    run.__annotations__["request"] = request_model
    return tool(
        brought.name,
        title=brought.title,
        permission=brought.permission,
        effect=brought.effect,
        example=brought.example,
    )(run)


def _model(brought: Brought) -> type[RootModel[dict[str, Any]]]:
    # Imported here, for only organizations that bring tools need it; it has no types.
    jsonschema: Any = importlib.import_module("jsonschema")
    validator_class = jsonschema.validators.validator_for(brought.input_schema)
    try:
        validator_class.check_schema(brought.input_schema)
    except jsonschema.SchemaError as error:
        raise InvalidInput("schema", tool=brought.name, problem=error.message) from None
    validator = validator_class(brought.input_schema)

    class BroughtRequest(RootModel[dict[str, Any]]):
        """Whatever the schema allows."""

        model_config = ConfigDict(json_schema_extra=brought.input_schema)

        @model_validator(mode="after")
        def _fits(self) -> "BroughtRequest":
            problem = next(validator.iter_errors(self.root), None)
            if problem is not None:
                raise ValueError(problem.message[:500])
            return self

    return BroughtRequest

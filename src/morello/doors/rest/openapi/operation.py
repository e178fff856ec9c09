"""One tool as an operation: its parameters, its body, its answers."""

import dataclasses
import re
from typing import Any

from morello.doors.rest.input.fields import Fields
from morello.doors.rest.openapi.schemas import Schema, Schemas
from morello.doors.rest.output import table
from morello.doors.rest.output.shape import Shape
from morello.kernel.messages import Message, in_language, render
from morello.kernel.permission import FOR_ANYBODY
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, Tool
from morello.kernel.values import Blob, DataRef

PROBLEM = {"$ref": "#/components/responses/Problem"}
_REFUSALS = ("400", "401", "403", "404", "409", "413", "415", "422", "429", "503", "504")
_BRACED = re.compile(r"{(\w+)}")
_BODILESS = {"GET", "DELETE"}


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """Draws one tool's operation in one language."""

    tool: Tool
    schemas: Schemas
    language: str

    @property
    def route(self) -> Route:
        """Where it is."""
        return self.tool.route or Route("POST", f"/api/tools/{self.tool.name}")

    def drawn(self) -> Schema:
        """Return the operation object."""
        tool, route = self.tool, self.route
        operation: Schema = {
            "operationId": tool.name.replace(".", "_"),
            "tags": [tool.room],
            "summary": in_language(tool.title, self.language),
            "description": self._description(),
            "parameters": self._parameters(),
            "responses": self._responses(),
            "security": security(tool),
            "x-tool": tool.name,
            "x-permission": tool.permission.name,
            "x-effect": tool.effect.value,
        }
        if route.method not in _BODILESS:
            operation["requestBody"] = self._body()
        return operation

    def _description(self) -> str:
        """Return what it is told to do in the code, which is in English."""
        said = (self.tool.run.__doc__ or "").strip()
        return "\n".join(line.strip() for line in said.splitlines())

    @property
    def _in_path(self) -> list[str]:
        return _BRACED.findall(self.route.path)

    def _parameters(self) -> list[Schema]:
        tool, schema = self.tool, self.input()
        properties, required = schema.get("properties", {}), set(schema.get("required", ()))
        found = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": self._as_text(name, properties.get(name, {"type": "string"})),
                **_example(tool, name),
            }
            for name in self._in_path
        ]
        if self.route.method in _BODILESS:
            found += [
                self._queried(name, each, required=name in required)
                for name, each in properties.items()
                if name not in self._in_path
            ]
        return found + self._headers()

    def _queried(self, name: str, schema: Schema, *, required: bool) -> Schema:
        parameter: Schema = {"name": name, "in": "query", "required": required}
        if "description" in schema:
            parameter["description"] = schema["description"]
        fields = Fields.of(self.tool.input)
        if name in fields.structures and name not in fields.lists and not self._is_data(name):
            parameter["content"] = {"application/json": {"schema": schema}}
        else:
            parameter["schema"] = self._as_text(name, schema)
        return parameter | _example(self.tool, name)

    def _as_text(self, name: str, schema: Schema) -> Schema:
        """Return a field's schema as it is in a URL: no null, and a dataset by its name."""
        if self._is_data(name):
            return {"type": "string", "minLength": 1, "maxLength": 300}
        some = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        if len(some) == 1:
            kept = {key: each for key, each in schema.items() if key not in {"anyOf", "default"}}
            only: Schema = some[0]
            return {**kept, **only}
        return schema

    def _is_data(self, name: str) -> bool:
        known = self.tool.input.model_fields.get(name)
        return known is not None and known.annotation in {DataRef, DataRef | None}

    def _headers(self) -> list[Schema]:
        names = ["Accept-Language"]
        if self.route.path.startswith(("/api/ai/", "/api/security/", "/api/user/", "/api/v1/")):
            names.append("X-Company-ID")
        if self.tool.effect is not Effect.READS:
            names += ["Idempotency-Key", "X-Morello-Approval"]
        elif self.route.method == "GET":
            names.append("If-None-Match")
        if self.tool.may_become_job:
            names.append("Prefer")
        if self.tool.is_live:
            names.append("Last-Event-ID")
        return [{"$ref": f"#/components/parameters/{name}"} for name in names]

    def input(self) -> Schema:
        """Return the schema of what it takes."""
        return self.schemas.resolved(self.schemas.inputs[self.tool.input])

    def output(self) -> Schema:
        """Return the schema of what it gives."""
        return self.schemas.resolved(self.schemas.outputs[self.tool.output])

    def _body(self) -> Schema:
        schema = self.input()
        for name in self._in_path:
            schema.get("properties", {}).pop(name, None)
        if "required" in schema:
            schema["required"] = [each for each in schema["required"] if each not in self._in_path]
        example = {
            name: value for name, value in self.tool.example.items() if name not in self._in_path
        }
        content: Schema = {"application/json": {"schema": schema, "example": example}}
        fields = Fields.of(self.tool.input)
        if fields.files:
            content["multipart/form-data"] = {"schema": _with_bytes(schema, fields)}
        if fields.one_file is not None:
            content["application/octet-stream"] = {"schema": {}}
        return {"required": bool(schema.get("required")), "content": content}

    def _responses(self) -> Schema:
        tool = self.tool
        said = {"description": render(Message(id="rest.docs.answer"), self.language)}
        headers = {
            name: {"$ref": f"#/components/headers/{name}"}
            for name in ("X-Call-ID", "X-Event-ID", "Link")
        }
        responses: Schema = {"200": {**said, "headers": headers, "content": self._content()}}
        if self.route.method == "GET":
            responses["304"] = {"description": "Not Modified"}
        if tool.may_become_job:
            responses["202"] = {"$ref": "#/components/responses/Accepted"}
        responses |= dict.fromkeys(_REFUSALS, PROBLEM)
        responses["default"] = PROBLEM
        return responses

    def _content(self) -> Schema:
        tool = self.tool
        if issubclass(tool.output, Blob):
            return {"*/*": {"schema": {}}}
        shape = Shape.of(tool.output)
        content: Schema = {"application/json": {"schema": self.schemas.outputs[tool.output]}}
        if shape.table is not None:
            content[table.CSV] = {"schema": {"type": "string"}}
            content[table.ARROW] = {"schema": {}}
        if shape.blobs:
            content["*/*"] = {"schema": {}}
        if tool.streams:
            content["text/event-stream"] = {"schema": {"type": "string"}}
        return content


def security(tool: Tool) -> list[dict[str, Any]]:
    """Return who may call: a key or token, a browser's session, for some tools anybody."""
    known: list[dict[str, Any]] = [{"key": []}, {"session": [], "csrf": []}]
    return [{}, *known] if tool.permission & FOR_ANYBODY else known


def _example(tool: Tool, name: str) -> Schema:
    value = tool.example.get(name)
    return {} if value is None or isinstance(value, dict) else {"example": value}


def _with_bytes(schema: Schema, fields: Fields) -> Schema:
    """Return the schema of a form: files are bytes there."""
    properties = {
        name: {"type": "string", "contentMediaType": "application/octet-stream"}
        if name in fields.files
        else each
        for name, each in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties}

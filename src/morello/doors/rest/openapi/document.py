"""The document: OpenAPI 3.1 of every tool there is, made when it is first asked for."""

import collections
import functools
import importlib.metadata
import uuid
from collections.abc import Sequence
from typing import Any

import orjson

from morello.doors.rest.asked import Asked
from morello.doors.rest.openapi.components import components
from morello.doors.rest.openapi.operation import PROBLEM, Operation
from morello.doors.rest.openapi.schemas import Schemas
from morello.doors.rest.output.answer import Answer
from morello.doors.rest.output.rendering import conditional
from morello.doors.rest.who import Reception
from morello.kernel.ids import INSTALLATION
from morello.kernel.messages import Message, in_language, render
from morello.kernel.protocols.service import Service
from morello.kernel.tool import Tool

_UPLOADED = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string"},
        "size_bytes": {"type": "integer"},
    },
    "required": ["id", "name", "size_bytes"],
}


class Documents:
    """Makes the document, and the short list."""

    def __init__(self, service: Service, reception: Reception) -> None:
        self._service = service
        self._reception = reception
        self._made: dict[tuple[str, int], bytes] = {}

    async def document(self, asked: Asked) -> Answer:
        """Answer with the document: for those who show who they are, their own tools too."""
        principal = await self._reception.glance(asked)
        tools = self._tools(principal.organization_id)
        own = hash(tuple(each.name for each in tools))
        body = self._made.get((asked.language, own))
        if body is None:
            body = orjson.dumps(document(tools, asked.language))
            if principal.organization_id == INSTALLATION:
                self._made[asked.language, own] = body
        return conditional(Answer.of(body), asked)

    async def listing(self, asked: Asked) -> Answer:
        """Answer with the tools' names and titles; none of them is imported for it."""
        principal = await self._reception.glance(asked)
        listed = self._service.registry.listed(principal.organization_id)
        found = [
            {
                "name": each.name,
                "title": in_language(each.title, asked.language),
                "effect": each.effect,
                "cost": each.cost,
                "permission": each.permission,
            }
            for each in listed
        ]
        return conditional(Answer.json({"tools": found}), asked)

    def _tools(self, organization_id: uuid.UUID) -> list[Tool]:
        registry = self._service.registry
        return [
            registry.find(each.name, organization_id) for each in registry.listed(organization_id)
        ]


def document(tools: Sequence[Tool], language: str) -> dict[str, Any]:
    """Return the OpenAPI document of tools."""
    said = functools.partial(_said, language=language)
    schemas = Schemas.of(tools)
    paths: dict[str, Any] = collections.defaultdict(dict)
    for each in tools:
        operation = Operation(each, schemas, language)
        paths[operation.route.path][operation.route.method.lower()] = operation.drawn()
    paths["/api/uploads"] = {"post": _uploading(said("uploads"))}
    paths["/health/live"] = {"get": _health(said("live"), "health_live")}
    paths["/health/ready"] = {"get": _health(said("ready"), "health_ready")}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Morello",
            "version": importlib.metadata.version("morello"),
            "description": said("about"),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": room} for room in sorted({each.room for each in tools})],
        "paths": dict(paths),
        "components": components(schemas.components, language),
    }


def _uploading(said: str) -> dict[str, Any]:
    return {
        "operationId": "upload",
        "summary": said,
        "parameters": [
            {"name": "name", "in": "query", "schema": {"type": "string", "maxLength": 255}}
        ],
        "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {}}}},
        "responses": {
            "201": {"description": said, "content": {"application/json": {"schema": _UPLOADED}}},
            "default": PROBLEM,
        },
        "security": [{"key": []}, {"session": [], "csrf": []}],
    }


def _health(said: str, operation: str) -> dict[str, Any]:
    state = {"type": "object", "properties": {"status": {"type": "string"}}, "required": ["status"]}
    answer = {"description": said, "content": {"application/json": {"schema": state}}}
    return {
        "operationId": operation,
        "summary": said,
        "responses": {"200": answer, "503": answer, "default": PROBLEM},
        "security": [{}],
    }


def _said(name: str, language: str) -> str:
    return render(Message(id=f"rest.docs.{name}"), language)

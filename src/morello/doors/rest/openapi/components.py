"""What every operation shares: headers, parameters, problems, and ways to say who one is."""

from typing import Any

from morello.doors.rest.output.cookie import SESSION
from morello.kernel.limits import IDEMPOTENCY_KEY_LENGTH_MAX
from morello.kernel.messages import LANGUAGES, Message, render

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_UUID: Schema = {"type": "string", "format": "uuid"}

_PARAMETERS: dict[str, Schema] = {
    "Accept-Language": {"type": "string", "enum": list(LANGUAGES)},
    "X-Company-ID": _UUID,
    "Idempotency-Key": {"type": "string", "minLength": 1, "maxLength": IDEMPOTENCY_KEY_LENGTH_MAX},
    "X-Morello-Approval": _UUID,
    "If-None-Match": _TEXT,
    "Prefer": {"type": "string", "enum": ["respond-async"]},
    "Last-Event-ID": {"type": "string", "pattern": "^[0-9]{1,18}$"},
}

_PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": _TEXT,
        "next": _TEXT,
        "instance": _TEXT,
        "call": _UUID,
        "approval": _TEXT,
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"field": _TEXT, "problem": _TEXT}},
        },
        "message": {
            "type": "object",
            "properties": {"id": _TEXT, "parameters": {"type": "object"}},
        },
    },
    "required": ["type", "title", "status", "detail", "code", "next"],
}


def components(schemas: dict[str, Schema], language: str) -> Schema:
    """Return the components object."""

    def said(name: str) -> str:
        return render(Message(id=f"rest.docs.{name}"), language)

    job = {"type": "object", "properties": {"job": _UUID}, "required": ["job"]}
    return {
        "schemas": {**schemas, "Problem": _PROBLEM, "Job": job},
        "parameters": {
            name: {
                "name": name,
                "in": "header",
                "required": False,
                "description": said(f"header.{name}"),
                "schema": schema,
            }
            for name, schema in _PARAMETERS.items()
        },
        "headers": {
            "X-Call-ID": {"description": said("header.X-Call-ID"), "schema": _UUID},
            "X-Event-ID": {"description": said("header.X-Event-ID"), "schema": _UUID},
            "Link": {"description": said("header.Link"), "schema": _TEXT},
        },
        "responses": {
            "Problem": {
                "description": said("problem"),
                "content": {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            },
            "Accepted": {
                "description": said("accepted"),
                "headers": {"Location": {"schema": _TEXT}, "Preference-Applied": {"schema": _TEXT}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}},
            },
        },
        "securitySchemes": {
            "key": {"type": "http", "scheme": "bearer", "description": said("key")},
            "session": {"type": "apiKey", "in": "cookie", "name": SESSION},
            "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
        },
    }

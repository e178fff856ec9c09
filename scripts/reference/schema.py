"""A JSON Schema in words: one row per field."""

from typing import Any, Literal

from pydantic import BaseModel


def table(model: type[BaseModel], mode: Literal["validation", "serialization"]) -> list[str]:
    """Return a Markdown table of a model's fields."""
    schema = model.model_json_schema(mode=mode)
    rows = list(_rows(schema, schema.get("$defs", {})))
    if not rows:
        return ["Nothing.", ""]
    head = ["| field | type | default | meaning |", "|---|---|---|---|"]
    return [*head, *(f"| {' | '.join(row)} |" for row in rows), ""]


def _rows(schema: dict[str, Any], known: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    required = set(schema.get("required", ()))
    return [
        (
            f"`{name}`",
            kind(field, known),
            "required" if name in required else _default(field),
            _cell(field.get("description", "")),
        )
        for name, field in schema.get("properties", {}).items()
    ]


def kind(field: dict[str, Any], known: dict[str, Any]) -> str:
    """Return a field's type in words."""
    options = field.get("anyOf") or field.get("oneOf") or field.get("allOf")
    if options:
        return " or ".join(dict.fromkeys(kind(each, known) for each in options))
    if "$ref" in field:
        return _named(field["$ref"].rpartition("/")[2], known)
    if "enum" in field or "const" in field:
        return " or ".join(f"`{each}`" for each in field.get("enum", [field.get("const")]))
    return _plain(field, known)


def _plain(field: dict[str, Any], known: dict[str, Any]) -> str:
    if field.get("type") == "array":
        return f"list of {kind(field.get('items', {}), known)}"
    if isinstance(field.get("additionalProperties"), dict):
        return f"map of {kind(field['additionalProperties'], known)}"
    name = field.get("format") or field.get("type") or "any"
    return f"{name}{_bounds(field)}"


def _named(name: str, known: dict[str, Any]) -> str:
    definition = known.get(name, {})
    if "enum" in definition:
        return " or ".join(f"`{each}`" for each in definition["enum"])
    inside = ", ".join(f"`{each}`" for each in definition.get("properties", {}))
    return f"{name} ({inside})" if inside else name


def _bounds(field: dict[str, Any]) -> str:
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    parts = [f"{sign} {field[key]}" for key, sign in signs.items() if key in field]
    if "maxLength" in field:
        parts.append(f"≤ {field['maxLength']} characters")
    return f", {', '.join(parts)}" if parts else ""


def _default(field: dict[str, Any]) -> str:
    default = field.get("default")
    return "" if default in (None, "", [], {}) else f"`{default}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")

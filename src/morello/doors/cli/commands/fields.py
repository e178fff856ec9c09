"""The fields of a tool's input, drawn from its JSON schema, and what was typed for them."""

import dataclasses
import difflib
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from morello.kernel.errors import InvalidInput
from morello.kernel.values import Blob, DataRef

_SCALARS = {"string", "integer", "number", "boolean", "null"}
_TRUTH = {"true": True, "false": False}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: `--name` with a value of `kind`."""

    name: str
    kind: str
    """`text`, `integer`, `number`, `yes/no`, `file`, `dataset`, `JSON`, or the choices: `a|b`."""
    many: bool
    """Whether it is a list, so that the option may be given several times."""
    required: bool
    default: Any
    description: str

    @property
    def option(self) -> str:
        """How it is typed."""
        return f"--{self.name.replace('_', '-')}"


def fields_of(model: type[BaseModel]) -> list[Field]:
    """Return the fields of a tool's input, the required ones first."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    required = set(schema.get("required", ()))
    fields = [
        _field(name, each, definitions, model, required=name in required)
        for name, each in schema.get("properties", {}).items()
    ]
    return sorted(fields, key=lambda each: not each.required)


def _field(
    name: str,
    schema: dict[str, Any],
    definitions: Mapping[str, Any],
    model: type[BaseModel],
    *,
    required: bool,
) -> Field:
    known = model.model_fields.get(name)
    annotation = known.annotation if known is not None else None
    plain = _without_null(_resolved(schema, definitions), definitions)
    many = plain.get("type") == "array"
    item = _without_null(_resolved(plain.get("items", {}), definitions), definitions)
    return Field(
        name=name,
        kind=_special(annotation) or _kind(item if many else plain),
        many=many,
        required=required,
        default=schema.get("default"),
        description=str(schema.get("description") or plain.get("description") or ""),
    )


def _resolved(schema: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    return {**definitions.get(str(reference).rpartition("/")[2], {}), **schema}


def _without_null(schema: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    choices = [_resolved(each, definitions) for each in schema.get("anyOf", ())]
    choices = [each for each in choices if each.get("type") != "null"]
    return choices[0] if len(choices) == 1 else schema


def _special(annotation: Any) -> str | None:
    if _holds(annotation, Blob):
        return "file"
    return "dataset" if _holds(annotation, DataRef) else None


def _holds(annotation: Any, kind: type) -> bool:
    """Tell whether a field is of a kind: itself, or that or nothing, or a list of it."""
    return annotation is kind or any(_holds(each, kind) for each in typing.get_args(annotation))


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "|".join(str(each) for each in schema["enum"])
    said = (schema, *schema.get("anyOf", ()))
    kinds = {str(each["type"]) for each in said if "type" in each}
    if not kinds or not kinds <= _SCALARS:
        return "JSON"
    names = {"integer": "integer", "number": "number", "boolean": "yes/no"}
    return names.get(kinds.pop(), "text") if len(kinds) == 1 else "text"


def parse(
    tokens: Sequence[str],
    fields: Sequence[Field],
    *,
    blob: Callable[[str], Blob],
    json: Callable[[str], Any],
) -> dict[str, Any]:
    """Return the input that `--field value …` spells. Raises InvalidInput.

    `blob` makes a file of a path, `json` reads a nested value. Texts, numbers and dates are left
    as typed: the tool's own model reads them, and names the field when it cannot.
    """
    known = {each.name: each for each in fields}
    given: dict[str, Any] = {}
    rest = list(tokens)
    while rest:
        field, written = _next_option(rest.pop(0), known)
        if field.kind == "yes/no" and not field.many:
            given[field.name] = _truth(written, rest)
            continue
        text = written if written is not None else _value(field, rest)
        value = _read(text, field, blob, json)
        if field.many and not isinstance(value, list):
            given.setdefault(field.name, []).append(value)
        else:
            given[field.name] = value
    return given


def _next_option(token: str, known: Mapping[str, Field]) -> tuple[Field, str | None]:
    if not token.startswith("--"):
        raise InvalidInput("cli.stray", text=token)
    option, equals, written = token.removeprefix("--").partition("=")
    name = option.replace("-", "_")
    if name in known:
        return known[name], written if equals else None
    denied = known.get(name.removeprefix("no_"))
    if denied is not None and denied.kind == "yes/no" and not equals:
        return denied, "false"
    if not known:
        raise InvalidInput("cli.no_fields")
    similar = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or list(known)
    raise InvalidInput(
        "cli.field", name=f"--{option}", similar=[known[each].option for each in similar]
    )


def _truth(written: str | None, rest: list[str]) -> Any:
    if written is not None:
        return _TRUTH.get(written.lower(), written)
    if rest and rest[0].lower() in _TRUTH:
        return _TRUTH[rest.pop(0).lower()]
    return True


def _value(field: Field, rest: list[str]) -> str:
    if not rest:
        raise InvalidInput("cli.no_value", name=field.option)
    return rest.pop(0)


def _read(text: str, field: Field, blob: Callable[[str], Blob], json: Callable[[str], Any]) -> Any:
    if field.kind == "file":
        return blob(text)
    if field.kind == "JSON" or (field.many and text.startswith("[")):
        return json(text)
    return text

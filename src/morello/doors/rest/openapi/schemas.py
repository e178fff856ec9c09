"""The schemas of every tool's input and output, drawn from the models once for all of them."""

import copy
import dataclasses
from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic.json_schema import models_json_schema

from morello.kernel.tool import Tool

PLACE = "#/components/schemas/"
Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]

_NAME = {"type": "string", "maxLength": 255, "description": "File name, with its extension."}
_BLOB: Schema = {
    "title": "File",
    "description": "A file: its text, its bytes in base64, or an upload made before.",
    "oneOf": [
        {
            "type": "object",
            "properties": {"name": _NAME, "media_type": {"type": "string"}, content: kind},
            "required": ["name", content],
            "additionalProperties": False,
        }
        for content, kind in (
            ("text", {"type": "string"}),
            ("base64", {"type": "string", "contentEncoding": "base64"}),
        )
    ]
    + [
        {
            "type": "object",
            "properties": {"upload": {"type": "string", "format": "uuid"}},
            "required": ["upload"],
            "additionalProperties": False,
        }
    ],
}
_BLOB_SHOWN: Schema = {
    "title": "File",
    "description": "A file; its bytes by `?download=` and the name of the field.",
    "type": "object",
    "properties": {
        "name": _NAME,
        "media_type": {"type": "string"},
        "size": {"type": ["integer", "null"]},
        "sha256": {"type": ["string", "null"]},
        "base64": {"type": "string", "contentEncoding": "base64"},
    },
    "required": ["name", "media_type"],
}
_DATA_REF = {"type": "string", "description": "A dataset: `orders`, or `orders@<version>`."}
_WORDS = {"type": "string", "description": "The message in the caller's language."}


@dataclasses.dataclass(frozen=True)
class Schemas:
    """Schemas by name, and those of each model."""

    components: dict[str, Schema]
    inputs: dict[Any, Schema]
    outputs: dict[Any, Schema]

    @classmethod
    def of(cls, tools: Sequence[Tool]) -> Self:
        """Draw them."""
        wanted: list[tuple[Any, Mode]] = [(each.input, "validation") for each in tools]
        wanted += [(each.output, "serialization") for each in tools]
        wanted += [(kind, "serialization") for each in tools for kind in each.updates]
        drawn, said = models_json_schema(
            list(dict.fromkeys(wanted)), ref_template=f"{PLACE}{{model}}"
        )
        components: dict[str, Schema] = said.get("$defs", {})
        for name, schema in components.items():
            _as_on_the_wire(name, schema)
        return cls(
            components,
            {model: schema for (model, mode), schema in drawn.items() if mode == "validation"},
            {model: schema for (model, mode), schema in drawn.items() if mode == "serialization"},
        )

    def resolved(self, schema: Schema) -> Schema:
        """Return a schema itself where it is only a reference; a copy that may be changed."""
        reference = str(schema.get("$ref", ""))
        found = self.components.get(reference.removeprefix(PLACE), schema)
        return copy.deepcopy(found)


def _as_on_the_wire(name: str, schema: Schema) -> None:
    """Say what a door takes and gives where that is not what the model alone says."""
    bare = name.removesuffix("-Input").removesuffix("-Output")
    if bare == "Blob":
        shown = name.endswith("-Output") or "additionalProperties" in schema
        schema.clear()
        schema.update(copy.deepcopy(_BLOB_SHOWN if shown else _BLOB))
    elif bare == "DataRef" and not name.endswith("-Output"):
        whole = dict(schema)
        schema.clear()
        schema.update({"title": "DataRef", "anyOf": [_DATA_REF, whole]})
    elif bare == "Message":
        schema["properties"]["text"] = _WORDS

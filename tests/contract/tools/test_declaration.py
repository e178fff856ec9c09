"""Contract: what any tool says of itself, without running it."""

import json
import os
import re
from pathlib import Path
from typing import Any

from morello.kernel.messages import REVIEWED, Words
from morello.kernel.permission import RIGHTS, Role
from morello.kernel.tool import Tool

SCHEMAS = Path(__file__).with_name("schemas")


def names_of_file(module: str) -> set[str]:
    """The names a tool in this file may have.

    `data/query.py` holds `data.query`; `access/keys/rotate.py` holds `access.rotate_key`, or
    `access.rotate_keys`.
    """
    room, *nouns, verb = module.split(".tools.", 1)[1].split(".")
    verb = verb.removesuffix("_")  # `import_.py`: Python keeps the word for itself
    if not nouns:
        return {f"{room}.{verb}"}
    many = "_".join(nouns)
    return {f"{room}.{verb}_{noun}" for noun in (many, many.removesuffix("s"))}


def undescribed(schema: dict[str, Any]) -> list[str]:
    fields = schema.get("properties", {})
    return [name for name, field in fields.items() if not field.get("description", "").strip()]


def untitled(title: Words) -> list[str]:
    """Languages in which there is no sentence."""
    return [each for each in REVIEWED if not re.fullmatch(r"\S.*\.", title.get(each, ""))]


def schemas(tool: Tool) -> str:
    both = {
        "input": tool.input.model_json_schema(),
        "output": tool.output.model_json_schema(mode="serialization"),
    }
    return json.dumps(both, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def test_it_is_named_like_its_room(tool: Tool) -> None:
    assert tool.name in names_of_file(tool.run.__module__)


def test_it_has_a_title_in_every_language(tool: Tool) -> None:
    assert untitled(tool.title) == []
    assert re.search("[가-힣]", tool.title["ko"])


def test_every_input_field_is_described(tool: Tool) -> None:
    assert undescribed(tool.input.model_json_schema()) == []


def test_its_example_is_plain_and_valid(tool: Tool) -> None:
    assert json.loads(json.dumps(tool.example)) == tool.example
    tool.validate(tool.example)


def test_it_asks_for_one_permission_that_somebody_has(tool: Tool) -> None:
    assert tool.permission.bit_count() == 1
    assert any(RIGHTS[role] & tool.permission for role in Role)


def test_its_time_is_limited(tool: Tool) -> None:
    assert tool.timeout_s is None or 0 < tool.timeout_s <= 24 * 3600


def test_its_schema_is_the_committed_one(tool: Tool) -> None:
    if os.environ.get("MORELLO_UPDATE_SCHEMAS"):
        (SCHEMAS / f"{tool.name}.json").write_text(schemas(tool), encoding="utf-8")
    kept = SCHEMAS / f"{tool.name}.json"
    assert kept.is_file(), "run: make docs"
    assert kept.read_text(encoding="utf-8") == schemas(tool), "if this is meant, run: make docs"


def test_the_rules_can_fail() -> None:
    assert names_of_file("morello.tools.data.query") == {"data.query"}
    assert "access.rotate_key" in names_of_file("morello.tools.access.keys.rotate")
    assert "access.rotate" not in names_of_file("morello.tools.access.keys.rotate")
    assert undescribed({"properties": {"a": {"description": " "}, "b": {"description": "B."}}})
    assert untitled({"en": "Does something."}) == ["ko"]
    assert untitled({"en": "Does something", "ko": "무언가를 합니다."}) == ["en"]

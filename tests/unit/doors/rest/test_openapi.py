import functools
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from morello.doors.rest.openapi.document import document
from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.kernel.messages import REVIEWED, UNREVIEWED
from morello.kernel.registry import Registry
from morello.kernel.tool import Tool
from morello.pipeline.providers.folder import FolderTools

from .fake_tools import SESSION, TOOLS


@functools.cache
def real_tools() -> tuple[Tool, ...]:
    registry = Registry([FolderTools()])
    listed = registry.listed(LOCAL_ORGANIZATION)
    return tuple(registry.find(each.name, LOCAL_ORGANIZATION) for each in listed)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def resolve(made: dict[str, Any], reference: str) -> Any:
    found: Any = made
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


_LANGUAGES = [*REVIEWED, *(pytest.param(each, marks=pytest.mark.slow) for each in UNREVIEWED)]


@pytest.mark.parametrize("tools", [TOOLS, real_tools()], ids=["fake", "real"])
@pytest.mark.parametrize("language", _LANGUAGES)
def test_the_document_is_valid_and_every_reference_leads_somewhere(
    tools: tuple[Tool, ...], language: str
) -> None:
    from schemathesis.specs.openapi import definitions  # noqa: PLC0415 - slow to import

    made = document(tools, language)
    definitions.OPENAPI_31_VALIDATOR.validate(made)
    for each in set(references(made)):
        resolve(made, each)
    for schema in made["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_tool_is_there_with_its_example() -> None:
    made = document(real_tools(), "en")
    operations = {
        operation["x-tool"]: (path, method, operation)
        for path, methods in made["paths"].items()
        for method, operation in methods.items()
        if "x-tool" in operation
    }
    assert operations.keys() == {each.name for each in real_tools()}
    assert "/api/v1/enterprise/analyze" in made["paths"]
    assert len({each[2]["operationId"] for each in operations.values()}) == len(operations)
    for tool in real_tools():
        path, method, operation = operations[tool.name]
        braced = {each["name"] for each in operation["parameters"] if each.get("in") == "path"}
        assert braced == {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert ("requestBody" in operation) is (method not in {"get", "delete"})
        assert {"200", "401", "422", "default"} <= operation["responses"].keys()


def test_an_example_is_what_its_schema_says() -> None:
    made = document(real_tools(), "en")
    for methods in made["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            for each in content.values():
                if "example" in each:
                    schema = {**each["schema"], "components": made["components"]}
                    Draft202012Validator(schema).validate(each["example"])


async def test_it_is_made_once_and_not_sent_twice(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/openapi.json")
    again = await client.get("/api/openapi.json", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    korean = await client.get("/api/openapi.json", headers={"Accept-Language": "ko"})
    assert "원장" in korean.json()["info"]["description"]


async def test_anybody_may_read_it_also_with_a_session_that_has_ended(
    nobody: httpx.AsyncClient,
) -> None:
    for cookie in ("", "morello_session=old"):
        answer = await nobody.get("/api/openapi.json", headers={"Cookie": cookie})
        assert answer.status_code == 200
        assert SESSION not in answer.text


async def test_tools_are_listed_by_name(nobody: httpx.AsyncClient) -> None:
    tools = (await nobody.get("/api/tools")).json()["tools"]
    assert [each["name"] for each in tools] == sorted(each.name for each in TOOLS)
    assert tools[0].keys() == {"name", "title", "effect", "cost", "permission"}

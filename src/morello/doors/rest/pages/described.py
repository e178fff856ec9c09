"""One tool on the reference page: what it is for, what it takes, how it is called."""

import json
import shlex
from typing import Any
from urllib.parse import quote, urlencode

from morello.analysis.charts.drawing.element import Child, Safe, element
from morello.doors.rest.input.fields import Fields
from morello.doors.rest.openapi.operation import Operation
from morello.doors.rest.openapi.schemas import PLACE, Schema
from morello.doors.rest.pages.frame import Text, rows
from morello.kernel.messages import in_language
from morello.kernel.permission import FOR_ANYBODY
from morello.kernel.tool import Tool
from morello.kernel.values import Blob

_SERVER = "http://127.0.0.1:8000"
_EXAMPLE_LENGTH_MAX = 300
_BODILESS = {"GET", "DELETE"}


class Described:
    """Draws one tool."""

    def __init__(self, tool: Tool, operation: Operation, text: Text) -> None:
        self._tool = tool
        self._operation = operation
        self._text = text

    def drawn(self) -> Safe:
        """Return its part of the page; what is inside opens."""
        tool, text = self._tool, self._text
        summary = element(
            "summary",
            element("code", tool.name, class_="name"),
            element("span", in_language(tool.title, text.language), class_="title"),
        )
        inside = element(
            "div",
            self._facts(),
            element("h3", text("tool.takes")),
            self._fields(self._operation.input(), is_input=True),
            element("h3", text("tool.call")),
            element("pre", element("code", self._curl()), tabindex="0"),
            element("h3", text("tool.gives")),
            self._output(),
        )
        return element("details", summary, inside, class_="tool", id=tool.name)

    def _facts(self) -> Safe:
        tool, text, route = self._tool, self._text, self._operation.route
        facts = {
            "tool.where": f"{route.method} {route.path}",
            "tool.permission": tool.permission.name or "",
            "tool.effect": text(f"effect.{tool.effect.value}"),
        }
        listed = [
            element("div", element("dt", text(name)), element("dd", value))
            for name, value in facts.items()
        ]
        return element("dl", listed, class_="facts")

    def _output(self) -> Safe:
        if issubclass(self._tool.output, Blob):
            return element("p", self._text("tool.file"))
        return self._fields(self._operation.output(), is_input=False)

    def _fields(self, schema: Schema, *, is_input: bool) -> Safe:
        text, properties = self._text, schema.get("properties", {})
        if not properties:
            return element("p", text("tool.nothing" if is_input else "tool.anything"))
        required = set(schema.get("required", ()))
        lines: list[list[Child]] = []
        for name, each in properties.items():
            cells: list[Child] = [element("code", name), _kind(each)]
            if is_input:
                cells.append(text("field.required") if name in required else _default(each))
            lines.append([*cells, str(each.get("description", ""))])
        names = ["name", "kind", "default", "what"] if is_input else ["name", "kind", "what"]
        headings = {text(f"field.{each}"): False for each in names}
        caption = f"{self._tool.name}: {text('tool.takes' if is_input else 'tool.gives')}"
        return rows(headings, lines, caption)

    def _curl(self) -> str:
        """Return the example as a command line; a file of it is one that the reader has."""
        tool, route = self._tool, self._operation.route
        fields, example = Fields.of(tool.input), dict(tool.example)
        path = route.path
        for name in list(example):
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", quote(str(example.pop(name)), safe=""))
        words = ["curl"]
        if not tool.permission & FOR_ANYBODY:
            words += ["-H", '"Authorization: Bearer $MORELLO_KEY"']
            words += ["-H", '"X-Company-ID: $MORELLO_COMPANY"']
        if route.method not in {"GET", "POST"}:
            words += ["-X", route.method]
        file = fields.one_file
        given = example.get(file) if file else None
        if isinstance(given, dict) and "name" in given and route.method not in _BODILESS:
            del example[str(file)]
            words += ["-H", "'Content-Type: text/csv'", "--data-binary"]
            words.append(shlex.quote(f"@{given['name']}"))
            return _line(words, path, example)
        if route.method in _BODILESS:
            return _line(words, path, example)
        body = json.dumps(example, ensure_ascii=False)
        if len(body) > _EXAMPLE_LENGTH_MAX:
            body = "@input.json"
        words += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(body)]
        return _line(words, path, {})


def _line(words: list[str], path: str, query: dict[str, Any]) -> str:
    address = f"{_SERVER}{path}{'?' + urlencode(query, doseq=True) if query else ''}"
    return " ".join([*words, shlex.quote(address)])


def _kind(schema: Schema) -> str:
    """Say in a word or two what a value is."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(PLACE).rpartition("__")[2]
    if "enum" in schema or "const" in schema:
        return " | ".join(str(each) for each in schema.get("enum", [schema.get("const")]))
    some = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if some:
        return " | ".join(dict.fromkeys(_kind(each) for each in some))
    kind = schema.get("type", "any")
    if kind == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return str(schema.get("format", kind))


def _default(schema: Schema) -> str:
    if "default" not in schema or schema["default"] is None:
        return ""
    return json.dumps(schema["default"], ensure_ascii=False)

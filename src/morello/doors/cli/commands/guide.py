"""A tool's help: what it does, its fields, and an example that can be typed as it stands."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

from morello.doors.cli.commands.fields import Field, fields_of
from morello.doors.cli.terminal import Terminal
from morello.kernel.messages import in_language
from morello.kernel.tool import Tool
from morello.sample.shipped import shipped

_SAMPLE = "orders"


def explain(tool: Tool, terminal: Terminal) -> None:
    """Print a tool's help. Its last line is the example."""
    fields = fields_of(tool.input)
    terminal.line(f"morello call {tool.name}", style="bold")
    terminal.line(in_language(tool.title, terminal.language))
    terminal.line()
    if fields:
        headings = [terminal.words(f"cli.guide.{each}") for each in ("option", "kind", "meaning")]
        terminal.table(headings, [_row(each, terminal) for each in fields])
    terminal.line(
        terminal.words("cli.guide.rights", permission=(tool.permission.name or "").lower())
    )
    terminal.line()
    terminal.line(terminal.words("cli.example"), style="bold")
    terminal.line(f"  {example(tool, fields)}")


def _row(field: Field, terminal: Terminal) -> tuple[str, str, str]:
    kind = field.kind
    if "|" not in kind:
        kind = terminal.words(f"cli.kind.{_KINDS[kind]}")
    if field.many:
        kind = terminal.words("cli.guide.many", kind=kind)
    meaning = field.description
    if field.required:
        meaning = terminal.words("cli.guide.required", meaning=meaning)
    elif field.default not in (None, "", [], {}):
        meaning = terminal.words("cli.guide.default", meaning=meaning, default=field.default)
    return field.option, kind, meaning.strip()


_KINDS = {
    "text": "text",
    "integer": "integer",
    "number": "number",
    "yes/no": "boolean",
    "file": "file",
    "dataset": "dataset",
    "JSON": "json",
}


def example(tool: Tool, fields: list[Field]) -> str:
    """Return the declaration's example as it is typed, with the sample data it speaks of."""
    known = {field.name: field for field in fields}
    given = {
        name: _at_hand(known[name], value) for name, value in tool.example.items() if name in known
    }
    words = ["morello", "call", tool.name]
    for name in _samples(given):
        words += ["--with", f"sample:{name}"]
    pasted = {name: given.pop(name) for name in list(given) if _is_pasted(known[name], given[name])}
    if pasted:
        words += ["--input", json.dumps(pasted, ensure_ascii=False)]
    for name, value in given.items():
        words += _option(known[name], value)
    return " ".join(word if word.startswith("--") else shlex.quote(word) for word in words)


def _at_hand(field: Field, value: Any) -> Any:
    """Let a dataset that only a test has be one that is shipped."""
    names_one = field.kind == "dataset" or field.name == "data"
    is_elsewhere = names_one and isinstance(value, str) and value not in shipped()
    return _SAMPLE if is_elsewhere else value


def _is_pasted(field: Field, value: Any) -> bool:
    """Tell whether the example holds a file's own text, for which no file is shipped."""
    return field.kind == "file" and isinstance(value, str)


def _option(field: Field, value: Any) -> list[str]:
    if field.kind == "file":
        return [field.option, f"sample:{_SAMPLE}"]
    if value is True:
        return [field.option]
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return [word for each in value for word in (field.option, str(each))]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return [field.option, text]


def _samples(given: Any) -> list[str]:
    """Name the shipped samples that an example mentions."""
    said = set(re.findall(r"\w+", " ".join(_texts(given))))
    return [name for name in shipped() if name in said]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return []

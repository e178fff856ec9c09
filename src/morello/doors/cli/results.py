"""What a reply holds, printed: as one JSON object for programs, as tables and words for people."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from morello.doors.cli.terminal import Terminal
from morello.kernel.messages import Message, number, render
from morello.kernel.values import Table

_MESSAGE_KEYS = {"id", "parameters"}
_CELL_LENGTH_MAX = 200


def plain(output: Any) -> Any:
    """Return an output as plain JSON values; NaN and infinities are texts."""
    return json.loads(output.model_dump_json()) if isinstance(output, BaseModel) else output


def worded(value: Any, language: str) -> Any:
    """Return plain values in which each message also says its `text`."""
    if isinstance(value, Mapping):
        inside = {key: worded(each, language) for key, each in value.items()}
        if set(value) == _MESSAGE_KEYS:
            inside["text"] = render(Message.model_validate(value), language)
        return inside
    if isinstance(value, list):
        return [worded(each, language) for each in value]
    return value


def text_of(value: Any) -> str:
    """Return JSON for people and programs: indented, with characters as they are."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def show(output: Any, terminal: Terminal) -> None:
    """Print an output for people: tables as tables, messages as sentences, the rest as JSON."""
    if isinstance(output, Table):
        _show_table(output, terminal)
        return
    if not isinstance(output, BaseModel):
        terminal.line(text_of(output))
        return
    facts, nested = [], {}
    for name, value in plain(output).items():
        typed = getattr(output, name, None)
        said = _sentences(value, terminal.language)
        if isinstance(typed, Table):
            _show_table(typed, terminal)
        elif _is_message(value):
            terminal.line(said)
        elif _are_records(said):
            terminal.line(name, style="bold")
            _show_records(said, terminal)
        elif isinstance(value, list | dict):
            nested[name] = said
        else:
            facts.append((name, _plainly(value)))
    terminal.columns(facts)
    if nested:
        terminal.line(text_of(nested))


def _is_message(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == _MESSAGE_KEYS


def _are_records(value: Any) -> bool:
    """Tell whether a value is a list of flat objects with the same keys."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, Mapping) and set(each) == set(value[0]) for each in value)
        and all(not isinstance(cell, list | dict) for each in value for cell in each.values())
    )


def _sentences(value: Any, language: str) -> Any:
    if _is_message(value):
        return render(Message.model_validate(value), language)
    if isinstance(value, Mapping):
        return {key: _sentences(each, language) for key, each in value.items()}
    if isinstance(value, list):
        return [_sentences(each, language) for each in value]
    return value


def _show_table(table: Table, terminal: Terminal) -> None:
    headings = [column.name for column in table.columns]
    _show_cells(headings, table.rows, terminal)
    if table.truncated:
        terminal.note("cli.call.truncated", rows=len(table.rows))


def _show_records(records: Sequence[Mapping[str, Any]], terminal: Terminal) -> None:
    headings = list(records[0])
    _show_cells(headings, [[each[name] for name in headings] for each in records], terminal)


def _show_cells(headings: Sequence[str], rows: Sequence[Sequence[Any]], terminal: Terminal) -> None:
    right = [
        index
        for index in range(len(headings))
        if rows and all(_is_number(row[index]) or row[index] is None for row in rows)
    ]
    terminal.table(headings, [[_cell(value) for value in row] for row in rows], right=right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: Any) -> str:
    text = _plainly(value)
    return text if len(text) <= _CELL_LENGTH_MAX else f"{text[:_CELL_LENGTH_MAX]}…"


def _plainly(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return number(value) if math.isfinite(value) else str(value)
    return str(value)

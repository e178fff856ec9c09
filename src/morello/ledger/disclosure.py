"""A disclosure: the values that evidence opens, one line for each, as an auditor reads them."""

import datetime
from collections.abc import Mapping
from typing import Any

from morello.kernel.messages import Message
from morello.ledger.proof.canonical import is_object

_VALUE_LENGTH_MAX = 200
_VERSION_LENGTH = 12
"""Hex digits of a version's id that people are shown."""

_Claims = Mapping[str, Mapping[str, Any]]


def lines(claims: _Claims, at: datetime.datetime) -> list[Message]:
    """Say who, what, on which data, with which result; `at` is the event's time by the log."""
    who, what, query, versions, result = (
        claims.get(each, {}) for each in ("who", "what", "query", "versions", "result")
    )
    return [
        *_line("who", who, subject="subject", role="role", door="door"),
        *_line("what", what, {"at": at.isoformat(timespec="seconds")}, tool="tool"),
        *_line("query", query, sql="sql"),
        *_datasets(versions),
        *_line("file", versions, sha256="source_sha256"),
        *_line("rows", versions, read="rows_read", rejected="rows_rejected"),
        *_line("result", result, digest="digest"),
    ]


def _line(
    case: str, claim: Mapping[str, Any], more: Mapping[str, str] | None = None, /, **keys: str
) -> list[Message]:
    """Return a line when the record has everything that it says."""
    if any(claim.get(key) is None for key in keys.values()):
        return []
    said = {name: _plain(claim[key]) for name, key in keys.items()}
    return [_message(case, **said, **(more or {}))]


def _datasets(versions: Mapping[str, Any]) -> list[Message]:
    datasets = versions.get("datasets")
    named: Mapping[str, Any] = datasets if is_object(datasets) else {}
    shown = [f"{name} {_short(version)}" for name, version in named.items()]
    if versions.get("version"):
        shown.append(_short(versions["version"]))
    return [_message("version", versions=shown)] if shown else []


def _short(version: Any) -> str:
    return str(version)[:_VERSION_LENGTH]


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)[:_VALUE_LENGTH_MAX]


def _message(case: str, **parameters: Any) -> Message:
    return Message(id=f"ledger.disclosed.{case}", parameters=parameters)

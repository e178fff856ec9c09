"""The verbs of Python: `analyze`, `call`, `list_tools`, `close`."""

import contextlib
from typing import Any

from morello.face.result import Result
from morello.face.runtime import Runtime
from morello.face.source import as_blob
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.protocols.installation import Installation
from morello.kernel.registry import Listed
from morello.kernel.values import Blob


def _open() -> Installation:
    from morello.app import build  # noqa: PLC0415 - on first use, not on import

    return build()


_runtime = Runtime(_open)


def analyze(source: Any, *, name: str | None = None, language: str | None = None) -> Result:
    """Find what matters in a file or a table.

    `source` is a path (CSV, TSV, JSON, NDJSON, Parquet, Excel; plain, gzip or zstd), bytes, an
    open file, a table of pandas, polars or pyarrow, or `sample:orders`, the shipped sample.
    Raises a MorelloError.
    """
    with as_blob(source, name) as blob:
        given = {"file": blob, **({"name": name} if name else {})}
        reply = _runtime.call("insights.analyze_file", given)
    return Result(reply, _runtime, language or _runtime.installation.settings.language)


def call(tool: str, /, **fields: Any) -> Any:
    """Call any tool by its name and return its output: `call("data.query", sql="...")`.

    Where a tool takes a file, a path, bytes, an open file or a table will do.
    """
    declared = _runtime.installation.registry.find(tool, LOCAL_PRINCIPAL.organization_id)
    with contextlib.ExitStack() as stack:
        given = {
            field: stack.enter_context(as_blob(value))
            if _is_blob(declared.input.model_fields.get(field))
            else value
            for field, value in fields.items()
        }
        return _runtime.call(tool, given).output


def list_tools() -> list[Listed]:
    """Return every tool: its name, its title in each language, what it does and needs."""
    return _runtime.installation.registry.listed(LOCAL_PRINCIPAL.organization_id)


def close() -> None:
    """Stop the workers and forget the data now, instead of when Python ends."""
    _runtime.close()


def _is_blob(field: Any) -> bool:
    return field is not None and field.annotation in (Blob, Blob | None)

"""Reading files in this process, as the worker would."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from morello.data.catalog import parquet
from morello.data.catalog.types import arrow_schema
from morello.data.ingest.formats.source import Options
from morello.data.ingest.job import run
from morello.data.ingest.task import Imported, Onto, SourceFile, Task
from morello.kernel.messages import render

LAKE_KEY, DIGEST_KEY = b"l" * 32, b"d" * 32


@dataclasses.dataclass(frozen=True)
class Result:
    """What was read, and the rows as they lie in the lake."""

    imported: Imported
    table: pa.Table
    stage: Path

    @property
    def columns(self) -> dict[str, str]:
        return {column.name: column.type for column in self.imported.columns}

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        values = [column.to_pylist() for column in self.table.columns]
        return list(zip(*values, strict=True))

    @property
    def rejected(self) -> list[tuple[int, str]]:
        return [(each.line, render(each.reason)) for each in self.imported.rejected]

    @property
    def notes(self) -> list[str]:
        return [note.id for note in self.imported.notes]


Read = Callable[..., Result]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read bytes (or text, or a path) as a file of some name."""
    count = 0

    def go(
        content: bytes | str | Path,
        name: str = "data.csv",
        *,
        piece_bytes: int = 4 << 20,
        onto: Onto | None = None,
        limits: dict[str, int] | None = None,
        reports: list[bytes] | None = None,
        **options: Any,
    ) -> Result:
        nonlocal count
        count += 1
        path = content if isinstance(content, Path) else tmp_path / name
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        stage = tmp_path / f"stage{count}"
        stage.mkdir()
        allowed = {"file_bytes_max": 1 << 30, "unpacked_ratio_max": 200} | (limits or {})
        task = Task(
            source=SourceFile(path=path, name=name, options=Options(**options), **allowed),
            stage=stage,
            lake_key=LAKE_KEY,
            digest_key=DIGEST_KEY,
            rejected_rows_max=100,
            threads=2,
            piece_bytes=piece_bytes,
            onto=onto,
        )
        reports = [] if reports is None else reports
        imported = Imported.model_validate_json(
            run(task.model_dump_json().encode(), reports.append)
        )
        schema = arrow_schema(imported.columns)
        files = [stage / file.path for file in imported.files]
        table = pa.Table.from_batches(parquet.read(files, LAKE_KEY, schema), schema)
        assert table.num_rows == imported.rows_read
        return Result(imported, table, stage)

    return go

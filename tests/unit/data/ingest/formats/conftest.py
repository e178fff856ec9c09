"""Parsing delimited text without a lake."""

import dataclasses
from collections.abc import Callable

import pytest

from morello.data.ingest.formats.delimited import Delimited
from morello.data.ingest.formats.source import Given, Options
from morello.data.ingest.opened import OpenedFile
from morello.data.ingest.unpacked import Packing
from morello.kernel.messages import render


@dataclasses.dataclass(frozen=True)
class Parsed:
    """Rows as text, and what was rejected."""

    rows: list[tuple[str | None, ...]]
    rejected: list[tuple[int, str, str]]
    records: int


Parse = Callable[..., Parsed]


@pytest.fixture(scope="session")
def parse(tmp_path_factory: pytest.TempPathFactory) -> Parse:
    """Parse delimited text in pieces of some size."""
    path = tmp_path_factory.mktemp("parse") / "data.csv"

    def go(text: str | bytes, piece_bytes: int = 1 << 20, **options: object) -> Parsed:
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        with OpenedFile(path, name="data.csv", bytes_max=1 << 30) as file:
            source = Delimited(
                Given(
                    file=file,
                    packing=Packing.PLAIN,
                    options=Options.model_validate(options),
                    ratio_max=200,
                    bytes_max=1 << 30,
                    piece_bytes=piece_bytes,
                )
            )
            parts = [source.parse(piece) for _, piece in source.pieces()]
        rows: list[tuple[str | None, ...]] = []
        for part in parts:
            columns = [raw.text.to_pylist() for raw in part.columns.values()]
            rows += list(zip(*columns, strict=True))
            assert part.rows + len(part.rejected) == part.records
        rejected = [(e.line, render(e.reason), e.text) for part in parts for e in part.rejected]
        return Parsed(rows, sorted(rejected), sum(part.records for part in parts))

    return go

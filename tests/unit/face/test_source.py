import io
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from morello.face.source import as_blob
from morello.kernel.errors import InvalidInput

ROWS = {"a": [1, 2], "b": ["x", None]}


@pytest.mark.parametrize(
    "table", [pa.table(ROWS), pd.DataFrame(ROWS), pa.RecordBatch.from_pydict(ROWS)]
)
def test_a_table_becomes_parquet(table: Any) -> None:
    with as_blob(table, "mine") as blob:
        assert blob.name == "mine.parquet"
        assert blob.path is not None
        assert parquet.read_table(blob.path).to_pydict() == ROWS
        kept = blob.path
    assert not kept.exists()


@pytest.mark.parametrize("content", [b"a,b\n", bytearray(b"a,b\n"), memoryview(b"a,b\n")])
def test_bytes(content: Any) -> None:
    with as_blob(content) as blob, blob.open() as stream:
        assert stream.read() == b"a,b\n"


@pytest.mark.parametrize("stream", [io.BytesIO("é\n".encode()), io.StringIO("é\n")])
def test_an_open_file(stream: Any) -> None:
    with as_blob(stream) as blob, blob.open() as kept:
        assert kept.read() == "é\n".encode()


def test_a_path_is_used_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("a\n")
    for given in (path, str(path)):
        with as_blob(given) as blob:
            assert blob.path == path
    with path.open("rb") as opened, as_blob(opened) as blob:
        assert blob.name == "orders.csv"


@pytest.mark.parametrize("source", ["nothing.csv", 7, None, object()])
def test_what_cannot_be_read(source: Any) -> None:
    with pytest.raises(InvalidInput), as_blob(source):
        pass


def test_the_shipped_sample_is_named_as_on_the_command_line() -> None:
    with as_blob("sample:orders") as blob:
        assert blob.name == "orders.csv"


def test_content_as_it_stands() -> None:
    with as_blob({"name": "mine.csv", "text": "a\n1\n"}) as blob, blob.open() as stream:
        assert (blob.name, stream.read()) == ("mine.csv", b"a\n1\n")


def test_content_without_what_it_needs_is_refused() -> None:
    with pytest.raises(InvalidInput), as_blob({"nothing": 1}):
        pass

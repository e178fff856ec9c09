import base64
import hashlib
from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import BaseModel, ValidationError

from morello.kernel.values import DIGESTS_ONLY, Blob, DataRef, Table, is_dataset_name


class Holder(BaseModel):
    file: Blob


def test_a_blob_from_outside_never_names_a_file() -> None:
    blob = Holder.model_validate({"file": {"name": "/etc/passwd", "path": "/etc/passwd"}}).file
    assert blob.path is None
    assert blob.open().read() == b""


def test_a_blob_carries_text_or_base64() -> None:
    assert Blob.model_validate({"name": "a", "text": "hé"}).open().read() == "hé".encode()
    encoded = base64.b64encode(b"\0\1").decode()
    blob = Blob.model_validate({"name": "a", "base64": encoded})
    assert blob.open().read() == b"\0\1"
    assert Blob.model_validate(blob.model_dump()).open().read() == b"\0\1"


def test_a_blob_of_a_path_is_described_by_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\n1\n")
    dumped = Holder(file=Blob.from_path(path)).model_dump(mode="json")
    assert dumped["file"]["sha256"] == hashlib.sha256(b"a\n1\n").hexdigest()
    assert dumped["file"]["size"] == 4


def test_a_file_that_is_gone_has_no_digest(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.csv", tmp_path):
        assert Blob.from_path(path).model_dump()["sha256"] is None


def test_a_record_of_a_blob_holds_no_bytes() -> None:
    text = Holder(file=Blob.of("a", b"secret rows", "text/plain")).model_dump_json(
        context=DIGESTS_ONLY
    )
    assert base64.b64encode(b"secret rows").decode() not in text
    assert "sha256" in text


def test_a_blob_inline_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("morello.kernel.values.BLOB_INLINE_BYTES_MAX", 3)
    with pytest.raises(ValidationError, match="upload"):
        Blob.model_validate({"name": "a", "text": "four"})


def test_bytes_in_memory_can_be_read_from_disk_for_a_while() -> None:
    with Blob.of("../../a.csv", b"x", "text/csv").on_disk() as path:
        assert path.read_bytes() == b"x"
        assert path.name == "a.csv"
    assert not path.exists()


def test_a_reference_is_text_or_fields() -> None:
    assert str(DataRef.model_validate("orders@abc")) == "orders@abc"
    assert DataRef.model_validate({"dataset": "orders"}).version is None


@pytest.mark.parametrize(
    ("name", "is_good"),
    [
        ("orders", True),
        ("주문 2024", True),
        ("a.b-c_d", True),
        ("", False),
        ("1a", False),
        ("a/b", False),
        ("a\nb", False),
        ("x" * 256, False),
        ("..", False),
    ],
)
def test_names_of_datasets(name: str, is_good: bool) -> None:
    assert is_dataset_name(name) is is_good


def test_a_table_is_plain_rows() -> None:
    table = Table.from_arrow(pa.table({"a": [1, None], "b": [b"\0", b"x"]}))
    assert [column.type for column in table.columns] == ["int64", "binary"]
    assert table.rows == [[1, "AA=="], [None, "eA=="]]
    assert Table.model_validate_json(table.model_dump_json()) == table

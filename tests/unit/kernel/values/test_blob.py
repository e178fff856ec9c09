import base64
import hashlib
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from morello.kernel.values import DIGESTS_ONLY, Blob


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
    monkeypatch.setattr("morello.kernel.values.blob.BLOB_INLINE_BYTES_MAX", 3)
    with pytest.raises(ValidationError, match="upload"):
        Blob.model_validate({"name": "a", "text": "four"})


def test_bytes_in_memory_can_be_read_from_disk_for_a_while() -> None:
    with Blob.of("../../a.csv", b"x", "text/csv").on_disk() as path:
        assert path.read_bytes() == b"x"
        assert path.name == "a.csv"
    assert not path.exists()


@pytest.mark.parametrize("content", [{"base64": [None]}, {"base64": 7}, {"text": {"a": 1}}])
def test_content_that_is_no_text_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Blob.model_validate({"name": "a", **content})

"""What is kept is for these files and this key, and whole, or it is as good as none."""

from pathlib import Path

import pytest

from morello.data.derived import summary

KEY, OTHER = bytes(32), bytes([1]) * 32


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [tmp_path / name for name in ("a.parquet", "b.parquet")]


def test_what_is_kept_comes_back_for_the_same_files_alone(files: list[Path]) -> None:
    assert not summary.is_kept(files)
    assert summary.read(files, KEY) is None
    summary.keep(files, KEY, b"known")
    assert summary.is_kept(files)
    assert summary.read(files, KEY) == b"known"
    assert summary.read(files, OTHER) is None
    assert summary.read(files[1:], KEY) is None  # it would lie there, and tells of more
    assert not summary.is_kept(files[:1])
    assert not summary.is_kept([])
    assert b"known" not in (files[-1].parent / "b.parquet.summary").read_bytes()
    assert [each.name for each in files[0].parent.iterdir()] == ["b.parquet.summary"]


def test_every_damaged_byte_is_found(files: list[Path]) -> None:
    summary.keep(files, KEY, b"known")
    place = files[-1].parent / "b.parquet.summary"
    content = place.read_bytes()
    for at in range(len(content)):
        place.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert summary.read(files, KEY) is None
        place.write_bytes(content[:at])
        assert summary.read(files, KEY) is None


def test_one_that_is_too_large_is_not_read(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    summary.keep(files, KEY, b"known")
    monkeypatch.setattr(summary, "SUMMARY_BYTES_MAX", 3)
    assert summary.read(files, KEY) is None

import io
import os
import sys
from pathlib import Path

import pytest

from morello.doors.cli import files
from morello.kernel.errors import InvalidInput, TooLarge


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("in.csv", "over_input"),
        ("link.csv", "over_input"),
        ("folder", "folder"),
        ("nowhere/report.html", "no_folder"),
    ],
)
def test_places_that_cannot_be_written(tmp_path: Path, name: str, case: str) -> None:
    source = tmp_path / "in.csv"
    source.write_text("a")
    (tmp_path / "link.csv").symlink_to(source)
    (tmp_path / "folder").mkdir()
    with pytest.raises(InvalidInput) as raised:
        files.must_be_writable(str(tmp_path / name), not_over=source)
    assert raised.value.message.id == f"error.invalid_input.cli.{case}"


def test_a_place_without_the_right_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(InvalidInput, match="may not be written"):
        files.must_be_writable(str(tmp_path / "report.html"))


@pytest.mark.parametrize(("name", "case"), [("nothing.csv", "no_file"), (".", "folder")])
def test_files_that_are_not_there(tmp_path: Path, name: str, case: str) -> None:
    with (
        pytest.raises(InvalidInput) as raised,
        files.readable(str(tmp_path / name), bytes_max=10),
    ):
        pass
    assert raised.value.message.id == f"error.invalid_input.cli.{case}"


def test_standard_input_is_kept_while_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1,2\n")))
    with files.readable("-", bytes_max=8) as path:
        assert path.read_bytes() == b"a,b\n1,2\n"
    assert not path.exists()


def test_standard_input_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1,2\n")))
    with pytest.raises(TooLarge), files.readable("-", bytes_max=7):
        pass


def test_the_shipped_sample_is_a_file_like_any() -> None:
    with files.readable("sample:orders", bytes_max=10) as path:
        assert path.name == "orders.csv"
        assert path.stat().st_size > 1000


def test_an_unknown_sample_names_the_others() -> None:
    with pytest.raises(InvalidInput, match="orders"), files.readable("sample:x", bytes_max=10):
        pass


def test_what_has_no_end_or_no_writer_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for each in ("/dev/zero", str(pipe)):
        with pytest.raises(InvalidInput, match="device or a pipe"):
            files.existing(each)

import io
import os
from pathlib import Path

import pytest

from morello.kernel.errors import InvalidInput
from morello.storage.file import write


def test_a_file_is_replaced_in_one_piece_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    path.chmod(0o640)
    with path.open() as reader:
        write(path, io.BytesIO(b"new"))
        assert reader.read() == "old"
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(InvalidInput) as raised:
        write(path, Broken())
    assert raised.value.message.id == "error.invalid_input.cli.write"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(pipe, b"content")
    assert os.read(reader, 100) == b"content"
    os.close(reader)

"""Files of this machine: what is read from, and where may be written to."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from morello.kernel.errors import InvalidInput, TooLarge
from morello.sample.shipped import PREFIX, unpacked

STANDARD_INPUT = "-"
_CHUNK_BYTES = 1 << 20


@contextlib.contextmanager
def readable(given: str, *, bytes_max: int) -> Iterator[Path]:
    """Give the path of a file, of standard input (`-`), or of the shipped sample (`sample:orders`).

    Standard input is kept in a temporary file while the block lasts. Raises InvalidInput, TooLarge.
    """
    if given == STANDARD_INPUT:
        with tempfile.TemporaryDirectory(prefix="morello-") as folder:
            path = Path(folder) / "stdin"
            with path.open("wb") as kept:
                _drain(sys.stdin.buffer, kept, bytes_max)
            yield path
    elif given.startswith(PREFIX):
        with unpacked(given) as path:
            yield path
    else:
        yield existing(given)


def existing(given: str) -> Path:
    """Return the path of a file that is there and may be read. Raises InvalidInput."""
    path = Path(given).expanduser()
    if path.is_dir():
        raise InvalidInput("cli.folder", name=given)
    if not path.exists():
        raise InvalidInput("cli.no_file", name=given)
    if not path.is_file():  # a device may have no end, and a pipe no writer
        raise InvalidInput("cli.no_regular_file", name=given)
    if not os.access(path, os.R_OK):
        raise InvalidInput("cli.unreadable", name=given)
    return path


def must_be_writable(given: str, *, not_over: Path | None = None) -> Path:
    """Return where to write, checked before anything is computed for it. Raises InvalidInput."""
    path = Path(given).expanduser().resolve()
    if not_over is not None and path.exists() and path.samefile(not_over):
        raise InvalidInput("cli.over_input", name=given)
    if path.is_dir():
        raise InvalidInput("cli.folder", name=given)
    if not path.parent.is_dir():
        raise InvalidInput("cli.no_folder", name=given, folder=str(path.parent))
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise InvalidInput("cli.unwritable", name=given)
    return path


def _drain(source: BinaryIO, kept: BinaryIO, bytes_max: int) -> None:
    size = 0
    while chunk := source.read(_CHUNK_BYTES):
        size += len(chunk)
        if size > bytes_max:
            raise TooLarge("cli.stdin", bytes_max=bytes_max)
        kept.write(chunk)


def evidence_of(receipt: Path) -> Path:
    """Return where the evidence of a receipt lies: beside it."""
    return receipt.with_name(f"{receipt.name}.evidence.json")

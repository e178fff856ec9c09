"""A file of a person's own, written in one piece or not at all."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from morello.kernel.errors import InvalidInput

_CHUNK_BYTES = 1 << 20


def write(path: Path, content: bytes | BinaryIO) -> None:
    """Write a file in one piece: readers see the old one or the new one. Raises InvalidInput."""
    try:
        if path.exists() and not path.is_file():  # a pipe or a terminal cannot be replaced
            with path.open("wb") as stream:
                _copy(content, stream)
            return
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                _copy(content, stream)
            Path(name).chmod(_mode(path))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InvalidInput("cli.write", name=str(path), problem=error.strerror or "") from None


def _copy(content: bytes | BinaryIO, stream: BinaryIO) -> None:
    if isinstance(content, bytes):
        stream.write(content)
    else:
        shutil.copyfileobj(content, stream, _CHUNK_BYTES)


def _mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask

"""A file of the outside world, opened once, digested while it is read, and watched for change."""

import contextlib
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from morello.kernel.errors import BadFile, TooLarge

_CHUNK_BYTES = 1 << 20


class OpenedFile:
    """A regular file. Each pass reads it from its beginning; every pass must see the same bytes."""

    def __init__(self, path: Path, *, name: str, bytes_max: int) -> None:
        self.name = name
        self._descriptor = _open(path, name)
        self._before = os.fstat(self._descriptor)
        self.bytes = self._before.st_size
        self._sha256: str | None = None
        if not stat.S_ISREG(self._before.st_mode):
            self.close()
            raise BadFile("not_a_file", name=name)
        if self.bytes > bytes_max:
            self.close()
            raise TooLarge("file", name=name, bytes=self.bytes, bytes_max=bytes_max)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes, once a pass has ended."""
        assert self._sha256 is not None, "a pass ended"
        return self._sha256

    def head(self, count: int) -> bytes:
        """Return the first bytes, without a pass."""
        return os.pread(self._descriptor, count, 0)

    def seekable(self) -> io.BufferedReader:
        """Return a reader that may jump, for formats that need to; `verify` digests apart."""
        descriptor = os.open(f"/dev/fd/{self._descriptor}", os.O_RDONLY)
        return os.fdopen(descriptor, "rb")

    @contextlib.contextmanager
    def reading(self) -> Iterator["Reading"]:
        """Give one pass over the bytes; at its end the digest is kept, or compared."""
        reading = Reading(self._descriptor)
        yield reading
        while reading.read(_CHUNK_BYTES):  # what a format left unread is part of the file, too
            pass
        self._settle(reading.sha256.hexdigest(), reading.position)

    @contextlib.contextmanager
    def peeking(self) -> Iterator["Reading"]:
        """Give a look at the beginning that counts as no pass."""
        yield Reading(self._descriptor)

    def verify(self) -> None:
        """Digest the bytes in a pass of its own. Raises BadFile when they changed."""
        with self.reading():
            pass

    def _settle(self, digest: str, position: int) -> None:
        after = os.fstat(self._descriptor)
        same = (
            after.st_mtime_ns == self._before.st_mtime_ns
            and after.st_size == self._before.st_size == position
            and self._sha256 in (None, digest)
        )
        if not same:
            raise BadFile("changed", name=self.name)
        self._sha256 = digest


class Reading(io.RawIOBase):
    """One pass over the bytes; `position` is how many were read so far."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.position = 0
        self.sha256 = hashlib.sha256()

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer with what comes next."""
        with memoryview(buffer) as view:
            count = os.preadv(self._descriptor, [view], self.position)
            self.sha256.update(view[:count])
        self.position += count
        return count


def _open(path: Path, name: str) -> int:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a device can already do something
            raise BadFile("not_a_file", name=name)
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise BadFile("missing", name=name) from None
    except OSError as error:
        raise BadFile("unreadable", name=name, problem=error.strerror or "") from None

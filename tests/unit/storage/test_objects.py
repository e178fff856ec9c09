import asyncio
import datetime
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morello.kernel.clock import StoppedClock
from morello.kernel.errors import NotFound, TooLarge, Unavailable
from morello.kernel.ids import new_id
from morello.storage import objects as objects_module
from morello.storage.objects import FolderObjects

ONE, OTHER = new_id(), new_id()


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path / "objects", bytes_max=1000)


async def chunks(*parts: bytes, error: Exception | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if error is not None:
        raise error


def everything_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() or path.parent.parent == folder]


async def test_what_was_taken_in_is_found_again(objects: FolderObjects, tmp_path: Path) -> None:
    upload = await objects.put(
        ONE, chunks(b"a,", b"b\n"), name="farm.csv.gz", media_type="text/csv"
    )
    again = FolderObjects(tmp_path / "objects", bytes_max=1000)
    for blob in (upload.blob, await again.get(ONE, upload.id)):
        assert (blob.name, blob.media_type, blob.size) == ("farm.csv.gz", "text/csv", 4)
        assert blob.sha256 == hashlib.sha256(b"a,b\n").hexdigest()
        with blob.on_disk() as path:
            assert path.read_bytes() == b"a,b\n"
            assert path.suffixes == [".csv", ".gz"]
    for folder in (tmp_path / "objects", tmp_path / "objects" / str(ONE)):
        assert folder.stat().st_mode & 0o777 == 0o700


async def test_large_ones_are_written_as_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects_module, "_WRITE_BYTES", 10)
    objects = FolderObjects(tmp_path, bytes_max=1000)
    content = bytes(range(250))
    parts = [content[n : n + 7] for n in range(0, 250, 7)]
    blob = (await objects.put(ONE, chunks(*parts), name="a", media_type="")).blob
    assert blob.path is not None
    assert blob.path.read_bytes() == content
    assert blob.sha256 == hashlib.sha256(content).hexdigest()


async def test_nobody_finds_what_is_anothers(objects: FolderObjects) -> None:
    upload = await objects.put(ONE, chunks(b"a"), name="a", media_type="")
    await objects.remove(OTHER, upload.id)
    for organization, found in ((OTHER, upload.id), (ONE, new_id())):
        with pytest.raises(NotFound):
            await objects.get(organization, found)
    await objects.remove(ONE, upload.id)
    await objects.remove(ONE, upload.id)
    with pytest.raises(NotFound):
        await objects.get(ONE, upload.id)


@pytest.mark.parametrize(
    ("parts", "error", "raised"),
    [
        ((b"a" * 600, b"b" * 600), None, TooLarge),
        ((b"a",), ValueError("gone"), ValueError),
        ((b"a",), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), Unavailable),
    ],
)
async def test_what_fails_leaves_nothing(
    objects: FolderObjects,
    tmp_path: Path,
    parts: tuple[bytes, ...],
    error: Exception | None,
    raised: type[Exception],
) -> None:
    with pytest.raises(raised):
        await objects.put(ONE, chunks(*parts, error=error), name="a", media_type="")
    assert everything_below(tmp_path / "objects") == []


async def test_a_caller_who_leaves_leaves_nothing(objects: FolderObjects, tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"a"
        await asyncio.sleep(60)

    running = asyncio.create_task(objects.put(ONE, endless(), name="a", media_type=""))
    await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert everything_below(tmp_path / "objects") == []


@settings(max_examples=25)
@given(name=st.text(max_size=60) | st.sampled_from(["../../x", "/etc/passwd", "a.csv/..", "\0.a"]))
def test_a_name_is_never_a_path(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    async def put_and_get() -> None:
        upload = await objects.put(ONE, chunks(b"a"), name=name or "a", media_type="")
        blob = await objects.get(ONE, upload.id)
        assert blob.name == (name or "a")
        assert blob.path is not None
        assert blob.path.parent == folder / str(ONE) / str(upload.id)
        assert blob.path.name.isascii()

    folder = tmp_path_factory.mktemp("objects")
    objects = FolderObjects(folder, bytes_max=1000)
    asyncio.run(put_and_get())


async def test_what_nobody_removed_is_swept(tmp_path: Path) -> None:
    clock = StoppedClock(datetime.datetime.now(datetime.UTC))  # noqa: TID251 - files have real times
    objects = FolderObjects(tmp_path, bytes_max=1000, clock=clock)
    old = await objects.put(ONE, chunks(b"a"), name="a", media_type="")
    (tmp_path / str(OTHER) / f"{new_id()}.part").mkdir(parents=True)
    assert await objects.sweep(older_than_s=60) == 0
    clock.advance(120)
    assert await objects.sweep(older_than_s=60) == 2
    with pytest.raises(NotFound):
        await objects.get(ONE, old.id)
    assert everything_below(tmp_path) == []

import asyncio
import uuid
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from pydantic import BaseModel

from morello.jobs.durable import parcel as module
from morello.jobs.durable.parcel import FILE_KEPT_S, Parcels
from morello.kernel.clock import StoppedClock, SystemClock
from morello.kernel.errors import NotFound, TooLarge
from morello.kernel.values import Blob
from morello.storage.keys import MasterKeys

ORGANIZATION, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
JOB, AGAIN = uuid.UUID(int=3), uuid.UUID(int=4)


class Request(BaseModel):
    text: str
    file: Blob | None = None


def content(blob: Blob) -> bytes:
    with blob.open() as stream:
        return stream.read()


@pytest.fixture
def parcels(tmp_path: Path) -> Parcels:
    return Parcels(MasterKeys.random(), tmp_path / "jobs")


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "0192"
    path.write_bytes(b"a,b\n1,2\n")
    return path


async def test_what_is_packed_comes_out_again(parcels: Parcels) -> None:
    request = Request(text="said", file=Blob.of("a.csv", b"a\n1\n", "text/csv"))
    packed = await parcels.pack(ORGANIZATION, JOB, request)
    assert b"said" not in packed
    again = Request.model_validate(await parcels.unpack(ORGANIZATION, JOB, packed))
    assert again == request
    assert again.file is not None
    assert content(again.file) == b"a\n1\n"


async def test_a_file_is_held_until_it_is_needed_no_more(parcels: Parcels, upload: Path) -> None:
    blob = Blob.from_path(upload, "text/csv").model_copy(update={"name": "sales.csv"})
    packed = await parcels.pack(ORGANIZATION, JOB, Request(text="", file=blob))
    await asyncio.to_thread(upload.unlink)
    file = (await parcels.unpack(ORGANIZATION, JOB, packed))["file"]
    assert (file.name, file.media_type) == ("sales.csv", "text/csv")
    assert content(file) == b"a,b\n1,2\n"

    repacked = await parcels.repack(ORGANIZATION, JOB, AGAIN, packed)
    parcels.forget(ORGANIZATION, JOB)
    with pytest.raises(NotFound):
        await parcels.unpack(ORGANIZATION, JOB, packed)
    with pytest.raises(NotFound):
        await parcels.repack(ORGANIZATION, JOB, AGAIN, packed)
    assert (await parcels.unpack(ORGANIZATION, AGAIN, repacked))["file"].size == 8


async def test_files_nobody_asked_for_again_go(tmp_path: Path, upload: Path) -> None:
    clock = StoppedClock(SystemClock().now())
    parcels = Parcels(MasterKeys.random(), tmp_path / "jobs", clock)
    await parcels.pack(ORGANIZATION, AGAIN, Request(text="", file=Blob.from_path(upload)))
    parcels.forget(ORGANIZATION, JOB)
    assert len(list(parcels.folder.rglob("*-file"))) == 1
    clock.advance(FILE_KEPT_S + 60)
    parcels.forget(ORGANIZATION, JOB)
    assert not list(parcels.folder.rglob("*-file"))
    parcels.forget(OTHER, JOB)


async def test_another_organization_or_job_cannot_open_it(parcels: Parcels) -> None:
    sealed = await parcels.seal(ORGANIZATION, JOB, b"ours")
    for organization, job in ((OTHER, JOB), (ORGANIZATION, AGAIN)):
        with pytest.raises(InvalidTag):
            await parcels.open(organization, job, sealed)


async def test_what_is_too_large_is_refused(
    parcels: Parcels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OUTPUT_BYTES_MAX", 3)
    with pytest.raises(TooLarge):
        await parcels.seal(ORGANIZATION, JOB, b"four")

"""The lake: what is half written is never seen, and an organization's files stay its own."""

import os
import tempfile
import uuid
from pathlib import Path

import pyarrow as pa
import pytest

from morello.data.catalog import parquet
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import DataFile
from morello.kernel.ids import new_id

KEY = b"k" * 32


def written(stage: Path, name: str = "rows.parquet") -> DataFile:
    path = stage / name
    path.write_bytes(b"rows")
    return DataFile(path=name, rows=1, bytes=4)


def test_files_are_adopted_from_a_stage_and_removed(tmp_path: Path) -> None:
    lake, organization_id = Lake(tmp_path), new_id()
    with lake.stage(organization_id) as stage:
        files = lake.adopt(organization_id, stage, [written(stage)])
        written(stage, "left.parquet")
    folder = lake.folder(organization_id)
    assert [path.name for path in folder.iterdir()] == [files[0].path]
    assert lake.paths(organization_id, files)[0].read_bytes() == b"rows"
    assert lake.remove(organization_id, files) == 1
    assert lake.remove(organization_id, files) == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_nothing_stays_of_a_stage_that_failed(tmp_path: Path) -> None:
    lake, organization_id = Lake(tmp_path), new_id()

    def fail() -> None:
        with lake.stage(organization_id) as stage:
            written(stage)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(lake.folder(organization_id).iterdir()) == []


def test_a_stage_belongs_to_one_organization(tmp_path: Path) -> None:
    lake, one, other = Lake(tmp_path), new_id(), new_id()
    with lake.stage(one) as stage, pytest.raises(AssertionError):
        lake.adopt(other, stage, [written(stage)])
    with pytest.raises(AssertionError):
        lake.paths(one, [DataFile(path=f"../{other}/x.parquet", rows=1, bytes=1)])


def test_what_is_old_is_named_and_can_be_discarded(tmp_path: Path) -> None:
    lake, organization_id = Lake(tmp_path / "lake"), new_id()
    assert lake.organizations() == ()
    folder = lake.folder(organization_id)
    (folder / ".incoming-dead").mkdir()
    (folder / "old.parquet").write_bytes(b"x")
    (folder / ".incoming-alive").mkdir()
    (folder / ".incoming-alive" / "rows").write_bytes(b"x")
    for name in (".incoming-dead", "old.parquet", ".incoming-alive"):
        os.utime(folder / name, (1000, 1000))
    (folder / "new.parquet").write_bytes(b"x")
    (tmp_path / "lake" / "not-an-organization").mkdir()
    assert lake.organizations() == (organization_id,)
    old = lake.written_before(organization_id, 2000)
    assert set(old) == {".incoming-dead", "old.parquet"}
    assert lake.discard(organization_id, [*old, "never.parquet"]) == 2
    assert {path.name for path in folder.iterdir()} == {".incoming-alive", "new.parquet"}
    with pytest.raises(AssertionError):
        lake.discard(organization_id, ["../x"])


def test_a_temporary_lake_goes() -> None:
    lake = Lake.temporary()
    folder = lake.folder(uuid.UUID(int=1))
    lake.close()
    assert not folder.exists()


def test_rows_are_encrypted_in_order_and_come_back(tmp_path: Path) -> None:
    schema = pa.schema([("n", pa.int64()), ("s", pa.string())])
    batches = [
        pa.record_batch([pa.array(range(i, i + 1000)), pa.array(["secret"] * 1000)], schema=schema)
        for i in range(0, 5000, 1000)
    ]
    path = tmp_path / "rows.parquet"
    reader = pa.RecordBatchReader.from_batches(schema, iter(batches))
    parquet.write(path, reader, KEY, row_bytes=14)
    assert b"secret" not in path.read_bytes()
    assert parquet.count(path, KEY) == 5000
    table = pa.Table.from_batches(parquet.read([path, path], KEY, schema, skip=4990), schema)
    assert table["n"].to_pylist() == [*range(4990, 5000), *range(5000)]
    with pytest.raises(Exception, match=r"key|AES"):
        parquet.count(path, b"x" * 32)


def test_the_lake_of_a_killed_process_goes_at_the_next_start_and_a_living_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "morello-lake-left"
    (left / "organization").mkdir(parents=True)
    (left / ".lock").touch()
    somebodys = tmp_path / "morello-lake-without-a-lock"
    somebodys.mkdir()
    living = Lake.temporary()
    other = Lake.temporary()
    assert not left.exists()
    assert somebodys.exists()
    assert living.folder(uuid.UUID(int=1)).exists()
    for each in (living, other):
        each.close()
    assert list(tmp_path.iterdir()) == [somebodys]

"""What a crash left in the lake goes; what a version names, or a call may still need, stays."""

import datetime
import os
from pathlib import Path

from morello.data.catalog.lake import Lake
from morello.data.catalog.memory import MemoryCatalog
from morello.data.catalog.sweeping import AGE_MIN, sweep
from morello.data.catalog.version import DataFile, Dataset, Lineage, NewVersion
from morello.kernel.clock import StoppedClock
from morello.kernel.ids import new_id

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


async def test_what_no_version_names_goes_once_it_is_old(tmp_path: Path) -> None:
    lake, catalog, clock = Lake(tmp_path), MemoryCatalog(), StoppedClock(NOW)
    one, other = new_id(), new_id()
    dataset = Dataset(id=new_id(), organization_id=one, name="a", created_at=NOW, created_by=one)
    await catalog.create(dataset)
    version = NewVersion(
        id="ab" * 32,
        dataset_id=dataset.id,
        columns=(),
        rows=1,
        files=(DataFile(path="known.parquet", rows=1, bytes=1),),
        blocks=(),
        made_at=NOW,
        made_by=one,
        lineage=Lineage(how="import"),
    )
    await catalog.add_version(one, version, expected=None)
    for organization_id in (one, other):
        for name in ("known.parquet", "known.parquet.summary", "orphan.parquet.summary"):
            path = lake.folder(organization_id) / name
            path.write_bytes(b"x")
            os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert await sweep(catalog, lake, clock) == 0
    clock.advance(AGE_MIN.total_seconds() + 1)
    assert await sweep(catalog, lake, clock) == 4
    kept = sorted(path.name for path in lake.folder(one).iterdir())
    assert kept == ["known.parquet", "known.parquet.summary"]
    assert list(lake.folder(other).iterdir()) == []
    assert await sweep(catalog, Lake(tmp_path / "nowhere"), clock) == 0

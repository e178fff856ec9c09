"""Pinning: the version that a reference means, with all that a process needs to read it."""

import datetime
import uuid
from pathlib import Path

import pytest

from morello.data.catalog.lake import Lake
from morello.data.catalog.memory import MemoryCatalog
from morello.data.catalog.pinning import Pinning
from morello.data.catalog.version import DataFile, Dataset, Lineage, NewVersion
from morello.data.policy.rules import OpenPolicy
from morello.kernel.errors import NotFound
from morello.kernel.ids import new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Principal
from morello.kernel.values import Column, DataRef
from morello.storage.keys import MasterKeys

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def somebody(organization_id: uuid.UUID) -> Principal:
    return Principal(
        organization_id=organization_id, subject_id=new_id(), name="x", role=Role.VIEWER
    )


async def test_a_reference_becomes_a_version_of_the_caller_s_own_organization(
    tmp_path: Path,
) -> None:
    catalog, keys, one = MemoryCatalog(), MasterKeys.random(), new_id()
    pinning = Pinning(catalog=catalog, lake=Lake(tmp_path), keys=keys, policy=OpenPolicy())
    dataset = Dataset(
        id=new_id(), organization_id=one, name="orders", created_at=NOW, created_by=one
    )
    await catalog.create(dataset)
    version = NewVersion(
        id="ab" * 32,
        dataset_id=dataset.id,
        columns=(Column(name="n", type="int64"),),
        rows=3,
        files=(DataFile(path="x.parquet", rows=3, bytes=1),),
        blocks=("cd" * 32,),
        made_at=NOW,
        made_by=one,
        lineage=Lineage(how="import"),
    )
    await catalog.add_version(one, version, expected=None)
    pinned = await pinning.pin(somebody(one), DataRef(dataset="orders", version="abab"))
    assert pinned.version == version.id
    assert pinned.files == (pinned.folder / "x.parquet",)
    assert pinned.key == await keys.derive(one, "lake")
    assert str(one) in str(pinned.folder)
    for ref in (DataRef(dataset="orders", version="ff"), DataRef(dataset="other")):
        with pytest.raises(NotFound):
            await pinning.pin(somebody(one), ref)
    with pytest.raises(NotFound):
        await pinning.pin(somebody(new_id()), DataRef(dataset="orders"))

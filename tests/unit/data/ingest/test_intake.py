"""Intake: a file that was read becomes a version, once, or nothing of it stays."""

import dataclasses
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from morello.data.catalog.lake import Lake
from morello.data.catalog.memory import MemoryCatalog
from morello.data.catalog.version import DataFile
from morello.data.ingest.formats.source import Options
from morello.data.ingest.importer import Basis
from morello.data.ingest.intake import Intake, Taken
from morello.data.ingest.task import Imported, Look
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Context, Progress
from morello.kernel.errors import Conflict, NotFound, TooLarge
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.messages import Message
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.protocols.quotas import Quota, QuotaChange
from morello.kernel.values import Blob, Column


@dataclasses.dataclass
class FakeImporter:
    """Reads nothing; the version's id is the file's name."""

    lake: Lake
    meanwhile: Callable[[], Any] | None = None

    async def read(  # the port's
        self,
        blob: Blob,
        *,
        organization_id: uuid.UUID,
        options: Options,
        cancellation: Cancellation,
        report: Callable[[Progress], None],
        onto: Basis | None = None,
    ) -> Imported:
        report(Progress(message=Message(id="import.progress.reading"), share=0.5))
        if self.meanwhile:
            await self.meanwhile()
        with self.lake.stage(organization_id) as stage:
            (stage / "rows").write_bytes(b"x")
            files = self.lake.adopt(
                organization_id, stage, [DataFile(path="rows", rows=1, bytes=1)]
            )
        return Imported(
            version=blob.name.ljust(64, "0"),
            blocks=("0" * 64,),
            columns=(Column(name="n", type="int64"),),
            rows=(onto.version.rows if onto else 0) + 1,
            rows_read=1,
            rows_rejected=2,
            files=files,
            rejected=(),
            dialect={"format": "csv"},
            notes=(),
            source_sha256="ab" * 32,
            source_bytes=1,
        )

    async def look(self, blob: Blob, *, options: Options, cancellation: Cancellation) -> Look:
        raise NotImplementedError


class FakeQuotas:
    """Gives everybody the same."""

    def __init__(self) -> None:
        self.quota = Quota(
            rate_per_s=1, concurrent_max=1, storage_bytes_max=99, datasets_max=9, members_max=1
        )

    async def of(self, organization_id: uuid.UUID) -> Quota:
        return self.quota

    async def change(self, organization_id: uuid.UUID, change: QuotaChange) -> Quota:
        raise NotImplementedError


class World:
    """A catalogue, a lake, and a call."""

    def __init__(self, folder: Path) -> None:
        self.catalog, self.lake = MemoryCatalog(), Lake(folder)
        self.importer = FakeImporter(self.lake)
        self.quotas = FakeQuotas()
        self.context = Context(
            call_id=new_id(),
            principal=LOCAL_PRINCIPAL,
            tool="data.import",
            caller=None,  # type: ignore[arg-type] # nothing here calls another tool
        )

    async def bring(self, file: str, *, name: str = "orders", appends: bool = False) -> Taken:
        intake = Intake(self.catalog, self.lake, self.importer, self.context, self.quotas)
        blob = Blob.of(file, b"", "text/csv")
        updates = [each async for each in intake.bring(blob, name, Options(), appends=appends)]
        assert isinstance(updates[0], Progress)
        assert isinstance(updates[-1], Taken)
        return updates[-1]

    def files(self) -> set[str]:
        return {path.name for path in self.lake.folder(LOCAL_ORGANIZATION).iterdir()}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_imports_and_appends_follow_each_other(world: World) -> None:
    first = await world.bring("a")
    second = await world.bring("b")
    third = await world.bring("c", appends=True)
    assert second.version.lineage.parents == (first.version.id,)
    assert third.version.lineage.how == "append"
    assert third.version.rows == 2
    assert third.version.files[0] == second.version.files[0]
    assert len(world.files()) == 3
    facts = world.context.facts
    assert [fact.kind for fact in facts] == ["dataset.version_added"] * 3
    assert facts[0].stream == f"dataset:{first.dataset.id}"
    assert world.context.disclosures["rows_rejected"] == 2


async def test_the_same_rows_again_are_the_same_version_and_no_new_file(world: World) -> None:
    first = await world.bring("a")
    assert (await world.bring("a")).version == first.version
    assert world.files() == {file.path for file in first.version.files}


async def test_rows_of_an_older_version_are_refused(world: World) -> None:
    for name in ("a", "b"):
        await world.bring(name)
    with pytest.raises(Conflict):
        await world.bring("a")
    assert len(world.files()) == 2


async def test_who_comes_second_gets_a_conflict_and_leaves_nothing(world: World) -> None:
    await world.bring("a")
    other = World(world.lake._root)
    other.catalog = world.catalog
    world.importer.meanwhile = lambda: other.bring("b")
    with pytest.raises(Conflict):
        await world.bring("c")
    assert len(world.files()) == 2


async def test_only_what_is_there_can_be_appended_to(world: World) -> None:
    with pytest.raises(NotFound):
        await world.bring("a", appends=True)
    assert world.files() == set()


@pytest.mark.parametrize("limit", [{"storage_bytes_max": 2}, {"datasets_max": 1}])
async def test_more_than_the_quota_is_refused_and_leaves_nothing(
    world: World, limit: dict[str, int]
) -> None:
    world.quotas.quota = world.quotas.quota.model_copy(update=limit)
    await world.bring("a")
    await world.bring("b")
    with pytest.raises(TooLarge):
        await world.bring("c", name="other")
    assert len(world.files()) == 2
    if "datasets_max" in limit:
        await world.bring("c")


async def test_a_file_that_turns_out_too_large_is_removed(world: World) -> None:
    async def meanwhile() -> None:
        world.quotas.quota = world.quotas.quota.model_copy(update={"storage_bytes_max": 0})

    world.importer.meanwhile = meanwhile
    with pytest.raises(TooLarge):
        await world.bring("a")
    assert world.files() == set()

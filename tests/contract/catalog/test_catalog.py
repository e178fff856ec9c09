"""What every catalogue does."""

import asyncio
import datetime
import uuid

import pytest

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.version import (
    DataFile,
    Dataset,
    Lineage,
    Listed,
    Made,
    NewVersion,
    Rejected,
    Usage,
    Version,
)
from morello.kernel.errors import Conflict, NotFound
from morello.kernel.ids import new_id
from morello.kernel.values import Column

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def dataset(organization_id: uuid.UUID, name: str = "orders") -> Dataset:
    return Dataset(
        id=new_id(),
        organization_id=organization_id,
        name=name,
        created_at=NOW,
        created_by=new_id(),
    )


def version(of: Dataset, identifier: str, *earlier: DataFile) -> NewVersion:
    return NewVersion(
        id=identifier.ljust(64, "0"),
        dataset_id=of.id,
        columns=(Column(name="n", type="int64"),),
        rows=1,
        files=(*earlier, DataFile(path=f"{identifier}.parquet", rows=1, bytes=10)),
        blocks=("0" * 64, "ab" * 32),
        made_at=NOW,
        made_by=new_id(),
        lineage=Lineage(how="import", dialect={"delimiter": ","}),
    )


async def filled(catalog: Catalog, *identifiers: str) -> tuple[uuid.UUID, Dataset, list[Version]]:
    organization_id = new_id()
    made = dataset(organization_id)
    await catalog.create(made)
    versions: list[Version] = []
    for identifier in identifiers:
        expected = versions[-1].id if versions else None
        new = version(made, identifier)
        await catalog.add_version(organization_id, new, expected=expected)
        versions.append(new.kept())
    return organization_id, made, versions


async def test_a_dataset_is_found_by_its_name(catalog: Catalog) -> None:
    organization_id, made, (first, second) = await filled(catalog, "a1", "b2")
    assert await catalog.dataset(organization_id, "orders") == made
    assert await catalog.version(organization_id, made.id) == second
    assert await catalog.version(organization_id, made.id, first.id) == first
    assert list(await catalog.history(organization_id, made.id)) == [
        Made.of(second),
        Made.of(first),
    ]
    assert list(await catalog.history(organization_id, made.id, limit=1)) == [Made.of(second)]
    with pytest.raises(NotFound):
        await catalog.dataset(organization_id, "Orders")


async def test_organizations_with_equal_names_see_nothing_of_each_other(catalog: Catalog) -> None:
    one, ours, (newest,) = await filled(catalog, "a1")
    other, theirs, _ = await filled(catalog, "a1", "b2")
    assert await catalog.dataset(one, "orders") == ours
    assert list(await catalog.listed(one)) == [Listed.of("orders", newest)]
    assert await catalog.find(one, "orders") == (ours, newest)
    assert (await catalog.usage(one)).datasets == 1
    assert await catalog.files(one) == {"a1.parquet"}
    assert list(await catalog.rejected(one, theirs.id, newest.id, limit=9)) == []
    assert list(await catalog.history(one, ours.id)) == [Made.of(newest)]
    for call in (
        catalog.version(one, theirs.id),
        catalog.history(one, theirs.id),
        catalog.blocks(one, theirs.id, newest.id),
        catalog.find(new_id(), "orders"),
        catalog.add_version(one, version(theirs, "cc"), expected=None),
        catalog.delete(one, theirs.id),
        catalog.dataset(new_id(), "orders"),
    ):
        with pytest.raises(NotFound):
            await call
    assert len(await catalog.history(other, theirs.id)) == 2
    assert list(await catalog.listed(new_id())) == []
    assert await catalog.usage(new_id()) == Usage(datasets=0, bytes=0)


async def test_a_name_is_taken_once(catalog: Catalog) -> None:
    organization_id, _, _ = await filled(catalog)
    with pytest.raises(Conflict):
        await catalog.create(dataset(organization_id))


async def test_of_two_versions_at_once_one_is_a_conflict(catalog: Catalog) -> None:
    organization_id, made, (first,) = await filled(catalog, "a1")
    results = await asyncio.gather(
        *(
            catalog.add_version(organization_id, version(made, each), expected=first.id)
            for each in ("b2", "c3", "d4")
        ),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "Conflict", "NoneType"]
    assert len(await catalog.history(organization_id, made.id)) == 2


async def test_the_same_rows_are_not_added_again(catalog: Catalog) -> None:
    organization_id, made, (first,) = await filled(catalog, "a1")
    again = version(made, "a1").model_copy(update={"files": ()})
    await catalog.add_version(organization_id, again, expected=first.id)
    assert list(await catalog.history(organization_id, made.id)) == [Made.of(first)]


async def test_a_shortened_id_must_mean_one_version(catalog: Catalog) -> None:
    organization_id, made, (first, second, _) = await filled(catalog, "abc1", "abd2", "e5")
    assert await catalog.version(organization_id, made.id, "abc") == first
    assert await catalog.version(organization_id, made.id, "abd2") == second
    with pytest.raises(Conflict):
        await catalog.version(organization_id, made.id, "ab")
    assert await catalog.find(organization_id, "orders", "abc") == (made, first)
    with pytest.raises(Conflict):
        await catalog.find(organization_id, "orders", "a")
    for nobodys in ("ff", "abc1" + "0" * 61, "x", "%", "\x00", "\udc80", "가"):
        with pytest.raises(NotFound):
            await catalog.version(organization_id, made.id, nobodys)
        with pytest.raises(NotFound):
            await catalog.find(organization_id, "orders", nobodys)


@pytest.mark.parametrize("name", ["", "\x00", "\udc80", "orders\x00", "o" * 300, "' or true --"])
async def test_a_name_that_no_dataset_can_have_is_not_there(catalog: Catalog, name: str) -> None:
    organization_id, _, _ = await filled(catalog, "a1")
    with pytest.raises(NotFound):
        await catalog.find(organization_id, name)
    with pytest.raises(NotFound):
        await catalog.dataset(organization_id, name)
    listed = [each.name for each in await catalog.listed(organization_id, after=name)]
    assert listed in ([], ["orders"])


async def test_a_dataset_without_a_version_has_none(catalog: Catalog) -> None:
    organization_id, made, _ = await filled(catalog)
    assert list(await catalog.history(organization_id, made.id)) == []
    with pytest.raises(NotFound):
        await catalog.version(organization_id, made.id)
    with pytest.raises(NotFound):
        await catalog.find(organization_id, "orders")
    assert list(await catalog.listed(organization_id)) == [Listed("orders")]


async def test_datasets_come_in_pages(catalog: Catalog) -> None:
    organization_id = new_id()
    names = ["beta", "alpha", "Zeta", "가나", "gamma"]
    for name in names:
        await catalog.create(dataset(organization_id, name))
    seen: list[str] = []
    while page := await catalog.listed(organization_id, after=seen[-1] if seen else "", limit=2):
        assert len(page) <= 2
        seen += [each.name for each in page]
    assert seen == sorted(names)


async def test_what_is_deleted_is_gone_and_its_name_is_free(catalog: Catalog) -> None:
    organization_id, made, versions = await filled(catalog, "a1", "b2")
    gone = await catalog.delete(organization_id, made.id)
    assert {each.id for each in gone} == {each.id for each in versions}
    with pytest.raises(NotFound):
        await catalog.dataset(organization_id, "orders")
    with pytest.raises(NotFound):
        await catalog.delete(organization_id, made.id)
    await catalog.create(dataset(organization_id))


async def test_what_is_large_is_read_by_those_who_ask_for_it(catalog: Catalog) -> None:
    organization_id, made, _ = await filled(catalog)
    rejected = tuple(
        Rejected.because("fields", line=line, text=f"a\x00b, 가 {line}", found=2)
        for line in (2, 3, 3)
    )
    new = version(made, "a1").model_copy(update={"rejected": rejected})
    await catalog.add_version(organization_id, new, expected=None)
    assert await catalog.blocks(organization_id, made.id, new.id) == new.blocks
    assert tuple(await catalog.rejected(organization_id, made.id, new.id, limit=9)) == rejected
    assert tuple(await catalog.rejected(organization_id, made.id, new.id, limit=1)) == rejected[:1]


async def test_a_file_that_versions_share_counts_once(catalog: Catalog) -> None:
    organization_id, made, _ = await filled(catalog, "a1")
    first = await catalog.version(organization_id, made.id)
    appended = version(made, "b2", *first.files)
    await catalog.add_version(organization_id, appended, expected=first.id)
    assert await catalog.usage(organization_id) == Usage(datasets=1, bytes=20)
    assert await catalog.files(organization_id) == {"a1.parquet", "b2.parquet"}
    await catalog.delete(organization_id, made.id)
    assert await catalog.usage(organization_id) == Usage(datasets=0, bytes=0)
    assert await catalog.files(organization_id) == frozenset()


async def test_whoever_looks_again_sees_what_changed(catalog: Catalog) -> None:
    organization_id, made, (first,) = await filled(catalog, "a1")
    for _ in range(2):
        assert await catalog.find(organization_id, "orders") == (made, first)
    second = version(made, "b2")
    await catalog.add_version(organization_id, second, expected=first.id)
    for _ in range(2):
        assert await catalog.find(organization_id, "orders") == (made, second.kept())
    await catalog.delete(organization_id, made.id)
    with pytest.raises(NotFound):
        await catalog.find(organization_id, "orders")
    again = dataset(organization_id)
    await catalog.create(again)
    with pytest.raises(NotFound):
        await catalog.find(organization_id, "orders")
    same_rows = version(again, "b2")
    await catalog.add_version(organization_id, same_rows, expected=None)
    assert await catalog.find(organization_id, "orders") == (again, same_rows.kept())

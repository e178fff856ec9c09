"""What every store of models does."""

import datetime
import uuid

import pytest

from morello.data.models.model import ModelVersion
from morello.data.models.models import Models
from morello.data.policy.rules import Rules
from morello.kernel.errors import Conflict, NotFound
from morello.kernel.ids import new_id

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
CONTENT = bytes(range(256))


def version(organization_id: uuid.UUID, name: str = "waiting", digest: str = "ab") -> ModelVersion:
    return ModelVersion(
        organization_id=organization_id,
        id=new_id(),
        name=name,
        digest=digest.ljust(64, "0"),
        dataset_id=new_id(),
        dataset="orders",
        data_version="1" * 64,
        rules=Rules(row_filter="city = 'Seoul'", hidden_columns=frozenset({"email"})),
        card={"target": "wait", "share": 0.1 + 0.2, "classes": ["예", "no"]},
        bytes=len(CONTENT),
        made_at=NOW,
        made_by=new_id(),
    )


async def test_what_was_kept_is_found_whole(models: Models) -> None:
    organization_id = new_id()
    kept = version(organization_id)
    assert await models.add(kept, CONTENT)
    assert await models.find(organization_id, "waiting") == kept
    assert await models.find(organization_id, "waiting", kept.digest[:8]) == kept
    assert await models.content(kept) == CONTENT


async def test_the_newest_is_meant_and_every_version_stays(models: Models) -> None:
    organization_id = new_id()
    first, second = (version(organization_id, digest=each) for each in ("ab", "ac"))
    for each in (first, second):
        assert await models.add(each, CONTENT)
    assert (await models.find(organization_id, "waiting")).digest == second.digest
    assert [each.id for each in await models.versions(organization_id, "waiting")] == [
        second.id,
        first.id,
    ]
    with pytest.raises(Conflict):
        await models.find(organization_id, "waiting", "a")
    assert (await models.find(organization_id, "waiting", "ab")).id == first.id


async def test_the_same_model_is_kept_once(models: Models) -> None:
    organization_id = new_id()
    assert await models.add(version(organization_id), CONTENT)
    assert not await models.add(version(organization_id), CONTENT)
    assert await models.count(organization_id) == 1
    assert await models.add(version(organization_id, name="other"), CONTENT)


async def test_names_come_in_order_and_in_pages(models: Models) -> None:
    organization_id = new_id()
    for name in ("b", "a", "가", "c"):
        await models.add(version(organization_id, name=name), CONTENT)
    await models.add(version(organization_id, name="a", digest="cd"), CONTENT)
    found = await models.newest(organization_id, limit=3)
    assert [each.name for each in found] == ["a", "b", "c"]
    assert found[0].digest.startswith("cd")
    assert [each.name for each in await models.newest(organization_id, after="c")] == ["가"]


async def test_another_organization_has_none_of_it(models: Models) -> None:
    mine, theirs = new_id(), new_id()
    kept = version(mine)
    await models.add(kept, CONTENT)
    with pytest.raises(NotFound):
        await models.find(theirs, "waiting")
    with pytest.raises(NotFound):
        await models.content(kept.model_copy(update={"organization_id": theirs}))
    assert await models.newest(theirs) == []
    assert await models.delete(theirs, "waiting") == 0
    assert await models.count(mine) == 1


async def test_what_is_deleted_is_gone_with_every_version(models: Models) -> None:
    organization_id = new_id()
    for each in (version(organization_id, digest="ab"), version(organization_id, digest="ac")):
        await models.add(each, CONTENT)
    await models.add(version(organization_id, name="other"), CONTENT)
    assert await models.delete(organization_id, "waiting") == 2
    with pytest.raises(NotFound):
        await models.find(organization_id, "waiting")
    assert await models.count(organization_id) == 1


@pytest.mark.parametrize("name", ["", "\0", "\udc80", "' or true --", "a" * 300, "nobody's"])
async def test_any_text_may_be_asked_for(models: Models, name: str) -> None:
    with pytest.raises(NotFound):
        await models.find(new_id(), name)
    assert await models.versions(new_id(), name) == []
    assert await models.newest(new_id(), after=name) == []
    assert await models.delete(new_id(), name) == 0


@pytest.mark.parametrize("digest", ["g", "%", "\0", "ab%"])
async def test_any_text_may_be_taken_for_a_version(models: Models, digest: str) -> None:
    organization_id = new_id()
    await models.add(version(organization_id), CONTENT)
    with pytest.raises(NotFound):
        await models.find(organization_id, "waiting", digest)

"""The shelf: models are kept sealed, once, and handed only to those who may know of them."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.models import shelf as module
from morello.data.models.memory import MemoryModels
from morello.data.models.shelf import Shelf
from morello.data.policy.rules import Rules
from morello.kernel.context import Context
from morello.kernel.errors import Fault, NotFound, TooLarge
from morello.kernel.ids import new_id
from morello.kernel.principal import LOCAL_PRINCIPAL, Principal
from morello.storage.keys import MasterKeys

NARROW = Rules(row_filter="city = 'Seoul'")
SOMEBODY = LOCAL_PRINCIPAL.model_copy(update={"name": "narrow"})


class Ruled:
    """Shows somebody less."""

    async def rules(self, principal: Principal, dataset: str) -> Rules:
        return NARROW if principal.name == "narrow" and dataset == "orders" else Rules()


def pinned(rules: Rules) -> PinnedVersion:
    return PinnedVersion(
        organization_id=LOCAL_PRINCIPAL.organization_id,
        dataset_id=uuid.UUID(int=2),
        dataset="orders",
        version="0" * 64,
        rows=1,
        columns=(),
        files=(),
        folder=Path("/"),
        key=b"",
        rules=rules,
        lineage=Lineage(how="import"),
    )


def context() -> Context:
    caller: Any = None
    return Context(call_id=new_id(), principal=LOCAL_PRINCIPAL, tool="models.train", caller=caller)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(MemoryModels(), MasterKeys.random(), Ruled())


async def test_a_model_is_kept_once_and_opens(shelf: Shelf) -> None:
    first = await shelf.keep(context(), "waiting", pinned(Rules()), {"a": 1.5}, b"content")
    again = await shelf.keep(context(), "waiting", pinned(Rules()), {"a": 1.5}, b"content")
    assert first == again
    assert await shelf.content(first) == b"content"
    found = await shelf.find(LOCAL_PRINCIPAL, f"waiting@{first.digest[:12]}")
    assert found.digest == first.digest


async def test_a_model_of_all_rows_is_not_there_for_who_sees_some(shelf: Shelf) -> None:
    await shelf.keep(context(), "all", pinned(Rules()), {}, b"content")
    await shelf.keep(context(), "some", pinned(NARROW), {}, b"content")
    assert (await shelf.find(SOMEBODY, "some")).name == "some"
    with pytest.raises(NotFound):
        await shelf.find(SOMEBODY, "all")
    with pytest.raises(NotFound):
        await shelf.delete(SOMEBODY, "all")
    page, after = await shelf.newest(SOMEBODY, after="", limit=1)
    assert page == []
    assert after == "all"
    assert await shelf.versions(SOMEBODY, "all", limit=9) == []
    assert [each.name for each in (await shelf.newest(LOCAL_PRINCIPAL, after="", limit=9))[0]] == [
        "all",
        "some",
    ]


async def test_a_card_that_was_changed_is_found_out(shelf: Shelf) -> None:
    kept = await shelf.keep(context(), "waiting", pinned(Rules()), {"skill": 0.1}, b"content")
    with pytest.raises(Fault):
        await shelf.content(kept.model_copy(update={"card": {"skill": 0.9}}))


async def test_limits_hold(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONTENT_BYTES_MAX", 4)
    with pytest.raises(TooLarge):
        await shelf.keep(context(), "waiting", pinned(Rules()), {}, b"content")
    monkeypatch.setattr(module, "MODELS_MAX", 1)
    await shelf.keep(context(), "one", pinned(Rules()), {}, b"a")
    with pytest.raises(TooLarge):
        await shelf.keep(context(), "two", pinned(Rules()), {}, b"b")

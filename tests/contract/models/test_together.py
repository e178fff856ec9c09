"""On a server a model is kept with its training's record, and another organization sees nothing."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
import pytest_asyncio

from morello.app.server.wiring.service import RunningService
from morello.kernel.caller import Call
from morello.kernel.errors import Fault, NotFound
from morello.kernel.ids import new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Principal
from morello.kernel.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


def rows() -> str:
    generator = np.random.default_rng(0)
    x = generator.normal(size=300)
    y = 3 * x + generator.normal(size=300)
    return "x,y\n" + "".join(f"{a:.3f},{b:.3f}\n" for a, b in zip(x, y, strict=True))


class Served:
    """A server, and people of two organizations."""

    def __init__(self, service: RunningService, owner: str) -> None:
        self.service, self.owner = service, owner
        self.mine, self.theirs = (
            Principal(organization_id=new_id(), subject_id=new_id(), name="a", role=Role.ORG_ADMIN)
            for _ in range(2)
        )

    async def call(self, tool: str, who: Principal | None = None, **given: Any) -> Any:
        call = Call(tool=tool, given=given, principal=who or self.mine)
        return (await self.service.caller.call(call)).output


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    name = f"test_models_{new_id().hex}"
    urls = postgres.make_database(name)
    home: Path = tmp_path_factory.mktemp("home")
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(postgres.drop_database, name)
        service = await RunningService.open(
            Settings.load({"MORELLO_HOME": str(home)}), urls.app, name="test"
        )
        stack.push_async_callback(service.close)
        made = Served(service, postgres.as_superuser(urls))
        file = {"name": "table.csv", "text": rows()}
        for who in (made.mine, made.theirs):
            await made.call("data.import", who, file=file, name="table")
        await made.call("models.train", data="table", target="y", name="mine")
        yield made


async def test_what_was_trained_is_used_and_told_of(served: Served) -> None:
    described = await served.call("models.describe", model="mine")
    assert described.card.worth
    made = await served.call("models.predict", model="mine", data="table", into="scored")
    assert made.rows == 300
    told = await served.call("data.describe", data="scored")
    assert described.version in told.lineage.parents


async def test_another_organization_sees_no_model_and_has_its_own(served: Served) -> None:
    for tool, given in (
        ("models.describe", {"model": "mine"}),
        ("models.delete", {"model": "mine"}),
        ("models.evaluate", {"model": "mine", "data": "table"}),
        ("models.predict", {"model": "mine", "data": "table", "into": "x"}),
    ):
        with pytest.raises(NotFound):
            await served.call(tool, served.theirs, **given)
    assert (await served.call("models.list", served.theirs)).models == []
    # The same rows give the same trees; the id is another, for it takes the organization's key.
    made = await served.call("models.train", served.theirs, data="table", target="y", name="mine")
    assert made.version != (await served.call("models.describe", model="mine")).version


async def test_a_model_that_was_changed_in_the_database_is_not_loaded(served: Served) -> None:
    made = await served.call("models.train", data="table", target="y", name="changed", seed=5)
    with psycopg.connect(served.owner, autocommit=True) as connection:
        connection.execute(
            "update model set content = set_byte(content, 40, get_byte(content, 40) # 1)"
            " where name = 'changed'"
        )
    with pytest.raises(Fault):
        await served.call("models.predict", model=f"changed@{made.version}", data="table")

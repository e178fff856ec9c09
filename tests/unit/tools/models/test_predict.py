"""Models from end to end: trained, used, judged, told of and deleted, in worker processes."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from morello import app as installation
from morello.kernel.caller import Call
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Cancelled, InvalidInput, MorelloError, NotFound
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

LEVEL = 0.9


def rows(seed: int, middle: float = 0.0, count: int = 3000, *, known: bool = True) -> str:
    generator = np.random.default_rng(seed)
    x, c = generator.normal(middle, 1, count), generator.integers(0, 3, count)
    y = 5 * x + 4 * c + generator.normal(size=count)
    lines = ["x,c,y,kind" if known else "x,c"]
    for a, b, d in zip(x, c, y, strict=True):
        more = f",{d:.4f},{'high' if d > 4 else 'low'}" if known else ""
        lines.append(f"{a:.4f},{'abc'[b]}{more}")
    return "\n".join(lines) + "\n"


class Bench:
    """One installation with some tables."""

    def __init__(self, app: installation.App) -> None:
        self.app = app

    async def __call__(self, tool: str, **given: Any) -> Any:
        call = Call(tool=tool, given=given, principal=LOCAL_PRINCIPAL)
        return (await self.app.caller.call(call)).output

    async def bring(self, name: str, text: str) -> None:
        await self("data.import", file={"name": f"{name}.csv", "text": text}, name=name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    home: Path = tmp_path_factory.mktemp("home")
    running = installation.build(Settings.load({"MORELLO_HOME": str(home)}))
    made = Bench(running)
    await made.bring("past", rows(1))
    await made.bring("fresh", rows(2))
    await made.bring("new", rows(3, known=False))
    await made.bring("moved", rows(4, middle=2.0, count=500))
    await made("models.train", data="past", target="y", name="y of past", leave_out=["kind"])
    await made("models.train", data="past", target="kind", leave_out=["y"])
    yield made
    await running.close()


async def test_intervals_hold_as_many_fresh_rows_as_they_say(bench: Bench) -> None:
    made = await bench("models.predict", model="y of past", data="fresh", into="scored")
    assert made.columns == ["predicted_y", "predicted_y_low", "predicted_y_high"]
    assert made.rows == 3000
    assert made.drifts == []
    held = await bench(
        "data.query",
        sql="select avg((y between predicted_y_low and predicted_y_high)::int) as held from scored",
    )
    assert abs(held.table.rows[0][0] - LEVEL) < 0.03
    told = await bench("data.describe", data="scored")
    assert told.lineage.how == "predict"
    assert made.model_version in told.lineage.parents
    judged = await bench("models.evaluate", model="y of past", data="fresh")
    expected = {each.name: each for each in judged.expected}
    for each in judged.metrics:
        near = expected[each.name].high - expected[each.name].low
        assert abs(each.value - expected[each.name].value) <= near
    assert judged.honesty.coverage == pytest.approx(held.table.rows[0][0], abs=1e-9)


async def test_chances_add_up_and_come_true(bench: Bench) -> None:
    made = await bench("models.predict", model="past kind", data="fresh", into="kinds")
    assert made.columns == [
        *("predicted_kind", "predicted_kind_chance", "chance_of_high", "chance_of_low"),
    ]
    found = await bench(
        "data.query",
        sql="select avg(chance_of_high), avg((kind = 'high')::int),"
        " avg((predicted_kind = kind)::int), max(abs(chance_of_high + chance_of_low - 1))"
        " from kinds",
    )
    stated, came, right, off = found.table.rows[0]
    assert abs(stated - came) < 0.03
    assert right > 0.85
    assert off < 1e-9


async def test_rows_without_the_target_are_predicted_and_drift_is_told(bench: Bench) -> None:
    made = await bench("models.predict", model="y of past", data="new")
    assert made.dataset == "new predicted"
    assert made.drifts == []
    moved = await bench("models.predict", model="y of past", data="moved")
    assert [each.column for each in moved.drifts] == ["x"]
    again = await bench("models.predict", model="y of past", data="moved")
    assert again.version == moved.version  # the same rows, so the same version


async def test_what_does_not_fit_is_refused(bench: Bench) -> None:
    await bench.bring("other", "a,b\n1,2\n")
    await bench.bring("typed", "x,c\nfar,a\nnear,b\n")
    for given, problem in (
        ({"model": "y of past", "data": "other"}, "model_columns"),
        ({"model": "y of past", "data": "typed"}, "model_types"),
        ({"model": "y of past", "data": "new", "into": "new"}, "model_into"),
        ({"model": "nobody's", "data": "new"}, "not_found.model"),
    ):
        with pytest.raises(MorelloError) as refused:
            await bench("models.predict", **given)
        assert problem in refused.value.message.id
    with pytest.raises(InvalidInput):
        await bench("models.evaluate", model="y of past", data="new")
    with pytest.raises(InvalidInput):
        await bench("models.train", data="past", target="y", name="../y")


async def test_the_same_version_gives_the_same_model(bench: Bench) -> None:
    first = await bench("models.describe", model="y of past")
    again = await bench(
        "models.train", data="past", target="y", name="y of past", leave_out=["kind"]
    )
    assert again.version == first.version
    assert again.card == first.card
    assert len((await bench("models.describe", model="y of past")).versions) == 1
    listed = {each.name: each for each in (await bench("models.list")).models}
    assert listed["y of past"].version == first.version
    assert listed["past kind"].kind == "classification"


async def test_a_model_that_is_deleted_is_gone(bench: Bench) -> None:
    await bench("models.train", data="past", target="y", name="short lived", rows_max=200)
    assert (await bench("models.delete", model="short lived")).versions == 1
    with pytest.raises(NotFound):
        await bench("models.describe", model="short lived")


async def test_a_training_tells_how_far_it_is_and_can_be_stopped(bench: Bench) -> None:
    stop = Cancellation()
    given = {"data": "past", "target": "y", "name": "never"}
    call = Call(tool="models.train", given=given, principal=LOCAL_PRINCIPAL, cancellation=stop)
    told = 0
    with pytest.raises(Cancelled):  # noqa: PT012 - it is raised by the next step
        async for _ in bench.app.caller.stream(call):
            told += 1
            stop.cancel()
    assert told
    with pytest.raises(NotFound):
        await bench("models.describe", model="never")

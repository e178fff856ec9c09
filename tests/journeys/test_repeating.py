"""The same file is answered the same, to the last digit, by every process that is asked."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from morello import app as installation
from morello import sample
from morello.kernel.caller import Call
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.settings import Settings
from morello.kernel.values import Blob

pytestmark = pytest.mark.slow

ROUNDS = 3
ROWS = 200_000
TOOLS = ("insights.analyze", "data.profile", "models.suggest")


@pytest.fixture(params=["sample", "large"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "sample":
        return Path(sample.__file__).with_name("orders.csv")
    generator = np.random.default_rng(5)
    amounts = generator.lognormal(3, 1, ROWS)
    costs = amounts * 0.6 + generator.normal(0, 3, ROWS)
    branches = generator.integers(0, 6, ROWS)
    rows = zip(amounts.tolist(), costs.tolist(), branches.tolist(), strict=True)
    lines = (
        f"{place},2024-{1 + place * 12 // ROWS:02}-05,{amount:.7f},{cost:.7f},b{each}"
        for place, (amount, cost, each) in enumerate(rows)
    )
    path = tmp_path / "large.csv"
    path.write_text("\n".join(["id,day,amount,cost,branch", *lines]) + "\n", encoding="utf-8")
    return path


def answers(home: Path, path: Path) -> str:
    """Import a file and ask every tool that computes about it, in a new app with new workers."""

    async def ask() -> str:
        running = installation.build(Settings(home=home))
        said = []
        try:
            given = {"file": Blob.from_path(path), "name": "it"}
            await running.caller.call(
                Call(tool="data.import", given=given, principal=LOCAL_PRINCIPAL)
            )
            for tool in TOOLS:
                call = Call(tool=tool, given={"data": "it"}, principal=LOCAL_PRINCIPAL)
                said.append((await running.caller.call(call)).output.model_dump_json())
        finally:
            await running.close()
        return "\n".join(said)

    return asyncio.run(ask())


def test_fresh_processes_answer_the_same_byte_for_byte(tmp_path: Path, path: Path) -> None:
    assert len({answers(tmp_path / "home", path) for _ in range(ROUNDS)}) == 1

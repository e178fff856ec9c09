"""A worker's memory: what must fit into little of it, and what is said when something does not."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from morello import app as installation
from morello import sample
from morello.kernel.caller import Call, Reply
from morello.kernel.errors import MorelloError
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.settings import Settings
from morello.kernel.values import Blob

pytestmark = pytest.mark.slow

SAMPLE = Path(sample.__file__).parent
LEAST_BYTES: int = Settings.model_fields["memory_max_bytes"].metadata[0].ge
MIDDLE_BYTES = 512 << 20
LARGE_BYTES = 100_000_000
Given = tuple[str, dict[str, object]]
_CITIES = ("Seoul", '"Paris, FR"')


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.csv"
    generator = np.random.default_rng(1)
    numbers = generator.integers(0, 10**6, (20_000, 4))
    lines = "".join(
        f"{a},2024-01-{1 + a % 28:02},{b / 100},{_CITIES[c % 2]},r{d:06}\n"
        for a, b, c, d in numbers.tolist()
    )
    with path.open("w", encoding="utf-8") as stream:
        stream.write("id,day,amount,city,code\n")
        while stream.tell() < LARGE_BYTES:
            stream.write(lines)
    return path


def calls(memory_max_bytes: int, home: Path, *given: Given) -> list[Reply]:
    """Make calls one after the other, with so much memory for each worker."""
    settings = Settings(home=home).model_copy(update={"memory_max_bytes": memory_max_bytes})

    async def make() -> list[Reply]:
        running = installation.build(settings)
        try:
            return [
                await running.caller.call(Call(tool=tool, given=each, principal=LOCAL_PRINCIPAL))
                for tool, each in given
            ]
        finally:
            await running.close()

    return asyncio.run(make())


def importing(path: Path) -> Given:
    return "data.import", {"file": Blob.from_path(path), "name": "it"}


@pytest.mark.parametrize("memory_max_bytes", [LEAST_BYTES, MIDDLE_BYTES])
def test_little_memory_is_enough_for_a_large_file_and_for_the_sample(
    tmp_path: Path, large: Path, memory_max_bytes: int
) -> None:
    (imported,) = calls(memory_max_bytes, tmp_path, importing(large))
    assert imported.output.model_dump()["rows"] > 2_000_000
    for file in ("orders.csv", "customers.csv", "items.csv.gz", "stock.xlsx"):
        analyze: Given = ("insights.analyze", {"data": "it"})
        assert len(calls(memory_max_bytes, tmp_path, importing(SAMPLE / file), analyze)) == 2


@pytest.mark.parametrize("megabytes", [160, 200, 300])
def test_what_does_not_fit_is_too_large_and_never_our_fault(
    tmp_path: Path, large: Path, megabytes: int
) -> None:
    for path in (large, SAMPLE / "stock.xlsx", SAMPLE / "orders.csv"):
        try:
            calls(megabytes << 20, tmp_path, importing(path), ("insights.analyze", {"data": "it"}))
        except MorelloError as error:
            assert error.message.id == "error.too_large.memory", error  # noqa: PT017 - it may fit
            assert error.message.parameters == {"memory_max_bytes": megabytes << 20}  # noqa: PT017 - the same

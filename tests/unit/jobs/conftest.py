"""Pools whose workers know the deeds beside this file."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from morello.jobs.pool import Pool

MEMORY_MAX_BYTES = 256 << 20


@pytest.fixture(scope="session", autouse=True)
def surroundings() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        patch.setenv("A_SECRET", "do not tell")
        yield


@pytest.fixture(scope="session")
def pool(surroundings: None) -> Iterator[Pool]:
    """One pool for all, as in life: whatever one test does to it, the next must not notice."""
    pool = Pool(size=2, memory_max_bytes=MEMORY_MAX_BYTES)
    yield pool
    asyncio.run(pool.close())


@pytest.fixture
async def fresh() -> AsyncIterator[Pool]:
    """A pool of one that nobody used before."""
    pool = Pool(size=1, memory_max_bytes=MEMORY_MAX_BYTES, keeps_spare=False)
    yield pool
    await pool.close()

import pytest

from morello.data.catalog.version import PinnedVersion
from morello.data.engine.query import parse
from morello.data.engine.worker_engine import WorkerEngine
from morello.jobs.pool import Pool
from morello.kernel.errors import TimedOut, TooLarge


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT length(repeat('x', 2000000000))",
        "SELECT repeat(repeat(repeat('x', 1000), 1000), 1000)",
        "SELECT lpad('x', 2000000000, 'y')",
        "SELECT list_resize([1], 1000000000)",
        "SELECT printf('%2000000000d', 1)",
        "SELECT regexp_replace(repeat('x', 100000000), 'x', repeat('y', 100), 'g')",
        "SELECT a.*, b.* FROM people a, people b, people c ORDER BY a.name, b.name, c.name",
        "SELECT count(*) FROM people a, people b, people c, people d, people e",
    ],
)
async def test_what_the_engine_itself_does_not_stop_is_killed(
    pool: Pool, people: PinnedVersion, sql: str
) -> None:
    engine = WorkerEngine(pool, timeout_s=1.0)
    with pytest.raises((TooLarge, TimedOut)):
        await engine.query(parse(sql), {"people": people})
    answer = await engine.query(parse("SELECT count(*) AS n FROM people"), {"people": people})
    assert answer.table.to_pylist() == [{"n": 1000}]

from morello.kernel.clock import SystemClock
from morello.storage.postgres.database import Database
from morello.storage.postgres.probe import PostgresProbe


async def test_a_database_that_answers_is_well(database: Database) -> None:
    probe = PostgresProbe(database, SystemClock())
    assert await probe.health() is None
    figures = probe.metrics()
    assert 0 < figures["answer_s"] < 5
    assert figures["size_bytes"] > 1e6
    assert (figures["connections"], figures["connections_idle"]) == (1, 1)
    assert figures["connections_waited_for"] == 0
    async with database._connections.lend():
        assert probe.metrics()["connections_idle"] == 0
    assert not await probe.remedy()


async def test_one_that_does_not_says_so(
    database: Database,
) -> None:
    probe = PostgresProbe(database, SystemClock())
    await database.close()
    told = await probe.health()
    assert told is not None
    assert told.id == "error.unavailable.database"
    assert "answer_s" not in probe.metrics()

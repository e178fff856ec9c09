"""What is old goes, of one organization, and what is not stays."""

import datetime

from morello.kernel.ids import new_id
from morello.storage.postgres.database import Database
from morello.storage.postgres.expiry import ROWS_AT_ONCE_MAX, Expiring, expire

NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


async def test_what_is_old_goes_and_others_stay(database: Database) -> None:
    ours, theirs = new_id(), new_id()
    for organization_id in (ours, theirs):
        async with database.transaction(organization_id) as connection:
            await connection.execute(
                "insert into session (organization_id, id, account_id, digest, epoch, address,"
                " user_agent, created_at, used_at, expires_at)"
                " select %s, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 0, '', '',"
                " %s, %s, %s + make_interval(hours => number::int)"
                " from generate_series(-%s, 48) number",
                (organization_id, NOW, NOW, NOW, ROWS_AT_ONCE_MAX),
            )
    sessions = Expiring("session", "expires_at", DAY)
    assert await expire(database, ours, sessions, NOW + DAY) == ROWS_AT_ONCE_MAX + 1
    counted = "select count(*)::int as count from session"
    assert await database.fetch(ours, counted) == [{"count": 48}]
    assert await database.fetch(theirs, counted) == [{"count": ROWS_AT_ONCE_MAX + 49}]
    assert await expire(database, ours, sessions, NOW + DAY) == 0

"""Rows whose time is over go: an organization at a time, and some rows at a time."""

import dataclasses
import datetime
import uuid
from typing import LiteralString

from psycopg import sql

from morello.storage.postgres.database import Database

ROWS_AT_ONCE_MAX = 1_000
"""Rows that one statement removes, so that nobody waits for long."""


@dataclasses.dataclass(frozen=True, slots=True)
class Expiring:
    """A table under an organization, and which of its rows nobody needs any more."""

    table: LiteralString
    since: LiteralString
    """The column that says from when on; a row without it stays."""
    kept: datetime.timedelta = datetime.timedelta()
    """How much longer it stays."""


async def expire(
    database: Database, organization_id: uuid.UUID, expiring: Expiring, now: datetime.datetime
) -> int:
    """Remove an organization's rows whose time is over; return how many. Raises Unavailable."""
    statement = sql.SQL(
        "delete from {table} where id in (select id from {table} where {since} <= %s limit %s)"
    ).format(table=sql.Identifier(expiring.table), since=sql.Identifier(expiring.since))
    removed = 0
    while True:
        async with database.transaction(organization_id, alone=True) as connection:
            cursor = await connection.execute(statement, (now - expiring.kept, ROWS_AT_ONCE_MAX))
        removed += cursor.rowcount
        if cursor.rowcount < ROWS_AT_ONCE_MAX:
            return removed

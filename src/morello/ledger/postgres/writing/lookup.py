"""What the writer looks up when a batch did not go as usual."""

import uuid
from collections.abc import Sequence
from typing import Any

import psycopg

from morello.kernel.errors import Conflict, MorelloError, Unavailable
from morello.ledger.postgres.writing.arrays import Uuids
from morello.ledger.postgres.writing.batch import LOCK
from morello.ledger.postgres.writing.request import Request

Key = tuple[uuid.UUID, uuid.UUID]
"""Organization and event."""


async def positions(
    connection: psycopg.AsyncConnection[Any], keys: Sequence[Key], *, is_certain: bool = False
) -> dict[Key, int]:
    """Return the places of those events that have one.

    To be certain, whoever is still writing is waited for, so that what is absent stays absent.
    """
    async with connection.transaction():
        if is_certain:
            await connection.execute(f"select pg_advisory_xact_lock({LOCK})")
        cursor = await connection.execute(
            "select event.organization_id, event.id, event.position"
            " from unnest(%s::uuid[], %s::uuid[]) as asked(organization_id, id)"
            " join event on event.organization_id = asked.organization_id and event.id = asked.id"
            " where event.position is not null",
            (Uuids([each.bytes for each, _ in keys]), Uuids([each.bytes for _, each in keys])),
        )
        return {(row[0], row[1]): row[2] for row in await cursor.fetchall()}


async def refusal(
    connection: psycopg.AsyncConnection[Any], request: Request, error: psycopg.Error
) -> MorelloError:
    """Return what a request that the database refused has to be told."""
    if error.diag.constraint_name == "event_position":
        return Unavailable("ledger_damaged")  # there is an event already beyond the log's end
    async with connection.transaction():
        for draft in request.drafts:
            cursor = await connection.execute(
                "select exists (select from event where organization_id = %(organization)s"
                " and id = %(id)s), coalesce((select max(stream_version) from event"
                " where organization_id = %(organization)s and stream = %(stream)s), 0)",
                {
                    "organization": request.organization_id,
                    "id": draft.event_id,
                    "stream": draft.stream,
                },
            )
            row = await cursor.fetchone()
            is_known, found = row if row is not None else (False, 0)
            if is_known:
                return Conflict("event_id", event=str(draft.event_id))
            if draft.expected_version == 0 and found > 0:
                return Conflict("stream_version", stream=draft.stream, expected=0, found=found)
    return Unavailable("ledger")

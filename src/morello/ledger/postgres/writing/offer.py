"""Offering: events inserted without a place, in the transaction of the business they tell of."""

import uuid
from collections.abc import Sequence
from typing import Any, Final, LiteralString

import psycopg
from psycopg import AsyncConnection, AsyncRawCursor

from morello.kernel.errors import Conflict
from morello.ledger.draft import Draft
from morello.ledger.postgres.writing import streams

_OFFER: Final[LiteralString] = """
    insert into event (organization_id, id, stream, stream_version, kind, at, person, who, what,
        query, versions, result, sealed, salts)
    select $1::uuid, * from unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[],
        $6::timestamptz[], $7::text[], $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[],
        $12::bytea[], $13::bytea[], $14::bytea[])"""


async def offer(
    connection: AsyncConnection[Any], organization_id: uuid.UUID, drafts: Sequence[Draft]
) -> None:
    """Insert events; the transaction stays open. Raises Conflict, and psycopg's errors."""
    versions = await streams.lock(connection, streams.unknown(organization_id, drafts))
    assigned = versions.assign(organization_id, drafts)
    rows = [
        (
            each.event_id,
            each.stream,
            version,
            each.kind,
            each.at,
            each.person,
            *each.bodies[:-1],
            each.sealed,
            each.salts,
        )
        for each, version in zip(drafts, assigned, strict=True)
    ]
    columns = [list(each) for each in zip(*rows, strict=True)]
    try:
        await AsyncRawCursor(connection).execute(_OFFER, (organization_id, *columns), prepare=True)
    except psycopg.errors.UniqueViolation as violation:
        if violation.diag.constraint_name == "event_stream":
            first = next((each for each in drafts if each.expected_version == 0), drafts[0])
            raise Conflict(
                "stream_version", stream=first.stream, expected=0, found=1
            ) from violation
        raise Conflict("event_id", event=str(drafts[-1].event_id)) from violation

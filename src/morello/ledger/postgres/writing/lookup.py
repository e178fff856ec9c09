"""What the writer looks up when a batch did not go as usual."""

import uuid
from collections.abc import Sequence
from typing import Final

import psycopg

from morello.kernel.errors import Conflict, MorelloError, Unavailable
from morello.ledger.postgres.writing.arrays import uuids
from morello.ledger.postgres.writing.batch import LOCK_PLACING
from morello.ledger.postgres.writing.request import Request
from morello.ledger.postgres.writing.wire import Wire

Key = tuple[uuid.UUID, uuid.UUID]
"""Organization and event."""

_POSITIONS: Final = b"""
    select event.organization_id, event.id, event.position
    from unnest($1::uuid[], $2::uuid[]) as asked(organization_id, id)
    join event on event.organization_id = asked.organization_id and event.id = asked.id
    where event.position is not null"""
_REFUSED: Final = b"""
    select exists (select from event where organization_id = $1::uuid and id = $2::uuid),
        coalesce((select max(stream_version) from event
            where organization_id = $1::uuid and stream = $3::text), 0)"""


async def positions(wire: Wire, keys: Sequence[Key], *, is_certain: bool = False) -> dict[Key, int]:
    """Return the places of those events that have one.

    To be certain, whoever is still writing is waited for, so that what is absent stays absent.
    """
    asked = (uuids([each.bytes for each, _ in keys]), uuids([each.bytes for _, each in keys]))
    locking = [LOCK_PLACING] if is_certain else []
    *_, found = await wire.exchange(*locking, (_POSITIONS, asked))
    return {(row[0], row[1]): row[2] for row in wire.rows(found)}


async def refusal(wire: Wire, request: Request, error: psycopg.Error) -> MorelloError:
    """Return what a request that the database refused has to be told."""
    if error.diag.constraint_name == "event_position":
        return Unavailable("ledger_damaged")  # there is an event already beyond the log's end
    for draft in request.drafts:
        asked = (request.organization_id.bytes, draft.event_id.bytes, draft.stream.encode())
        (result,) = await wire.exchange((_REFUSED, asked))
        ((is_known, found),) = wire.rows(result)
        if is_known:
            return Conflict("event_id", event=str(draft.event_id))
        if draft.expected_version == 0 and found > 0:
            return Conflict("stream_version", stream=draft.stream, expected=0, found=found)
    return Unavailable("ledger")

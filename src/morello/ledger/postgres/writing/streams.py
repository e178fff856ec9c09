"""Streams: which version each is at, and who may add to it next."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.rows import tuple_row

from morello.kernel.errors import Conflict
from morello.ledger.draft import Draft
from morello.ledger.postgres.writing.arrays import texts, uuids
from morello.ledger.postgres.writing.wire import Statement

Stream = tuple[uuid.UUID, str]
"""Organization and name."""

_LOCK: Final[LiteralString] = (
    "select pg_advisory_xact_lock(hashtextextended(organization_id || stream, 0))"
    " from unnest($1::uuid[], $2::text[]) as asked(organization_id, stream)"
)
_VERSIONS: Final[LiteralString] = """
    select asked.organization_id, asked.stream, found.version
    from unnest($1::uuid[], $2::text[]) as asked(organization_id, stream)
    cross join lateral (
        select event.stream_version from event
        where event.organization_id = asked.organization_id and event.stream = asked.stream
        order by event.stream_version desc limit 1
    ) as found(version)"""

_NOTHING: frozenset[Stream] = frozenset()


class Versions:
    """The versions of streams, as new events make them grow."""

    def __init__(self, known: dict[Stream, int]) -> None:
        self._known = known

    @classmethod
    def of(cls, rows: Iterable[tuple[uuid.UUID, str, int]]) -> "Versions":
        """Take what was found."""
        return cls({(each, stream): version for each, stream, version in rows})

    def assign(self, organization_id: uuid.UUID, drafts: Sequence[Draft]) -> list[int]:
        """Return the version of each event, of all or of none. Raises Conflict."""
        if len(drafts) == 1 and drafts[0].expected_version == 0:  # a call's own event: most are
            stream = (organization_id, drafts[0].stream)
            if self._known.setdefault(stream, 0) == 0:
                self._known[stream] = 1
                return [1]
        before: dict[Stream, int] = {}
        assigned: list[int] = []
        for draft in drafts:
            stream = (organization_id, draft.stream)
            found = self._known.get(stream, 0)
            before.setdefault(stream, found)
            if draft.expected_version is not None and draft.expected_version != found:
                self._known.update(before)
                raise Conflict(
                    "stream_version",
                    stream=draft.stream,
                    expected=draft.expected_version,
                    found=found,
                )
            self._known[stream] = found + 1
            assigned.append(found + 1)
        return assigned


def unknown(organization_id: uuid.UUID, drafts: Sequence[Draft]) -> AbstractSet[Stream]:
    """Return the streams whose version has to be looked up.

    An event that expects its stream to be new needs no look: if it is not, the insert fails.
    """
    if len(drafts) == 1 and drafts[0].expected_version == 0:
        return _NOTHING
    return {(organization_id, each.stream) for each in drafts if each.expected_version != 0}


def looking(streams: Collection[Stream]) -> list[Statement]:
    """Return what makes one the next to add to streams, and tells their versions, as `lock`."""
    if not streams:
        return []
    ordered = _ordered(streams)
    named = (
        uuids([each.bytes for each, _ in ordered]),
        texts([name.encode() for _, name in ordered]),
    )
    return [(_LOCK.encode(), named), (_VERSIONS.encode(), named)]


async def lock(connection: AsyncConnection[Any], streams: Collection[Stream]) -> Versions:
    """Be the next to add to streams until the transaction ends; return their versions.

    Everybody takes the locks in one order, so that nobody waits in a circle; and whoever is second
    waits, instead of failing.
    """
    if not streams:
        return Versions({})
    ordered = _ordered(streams)
    named = ([each for each, _ in ordered], [stream for _, stream in ordered])
    cursor = AsyncRawCursor(connection, row_factory=tuple_row)
    await cursor.execute(_LOCK, named, prepare=True)
    await cursor.execute(_VERSIONS, named, prepare=True)
    return Versions.of(await cursor.fetchall())


def _ordered(streams: Collection[Stream]) -> list[Stream]:
    return sorted(streams, key=lambda each: (each[0].bytes, each[1]))

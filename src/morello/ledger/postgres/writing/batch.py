"""A batch: one transaction that places events of all organizations, under one lock."""

import struct
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.rows import tuple_row

from morello.kernel.errors import Conflict, Unavailable
from morello.ledger.draft import Draft
from morello.ledger.postgres.rows import OFFERED, OfferedRow
from morello.ledger.postgres.writing import streams
from morello.ledger.postgres.writing.arrays import Byteas, Numbers, Texts, Times, Uuids
from morello.ledger.postgres.writing.head import Head, Heads, Signers
from morello.ledger.postgres.writing.request import Request
from morello.ledger.postgres.writing.streams import Stream, Versions
from morello.ledger.proof.merkle import leaf_hash

LOCK: Final[LiteralString] = "119182860641650"
"""The advisory lock of whoever places events."""

CHANNEL: Final[LiteralString] = "morello_ledger"
OFFERED_MAX = 1_000
_NOTICE_ORGANIZATIONS_MAX = 150
"""A notice has at most 8,000 bytes, an organization's part at most 53."""

_LOCK_PLACING: Final[LiteralString] = f"select pg_advisory_xact_lock({LOCK})"
_OFFERED: Final[LiteralString] = (
    f"select organization_id, {OFFERED} from event"  # noqa: S608 - constants only
    " where position is null and organization_id <> all($2::uuid[]) order by offered limit $1"
)
_HEADS: Final[LiteralString] = (
    "select organization_id, origin, size, frontier, note from tree_head"
    " where organization_id = any($1::uuid[])"
)
_PLACE: Final[LiteralString] = """
    update event set position = placed.position, leaf = placed.leaf
    from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[])
        as placed(organization_id, id, position, leaf)
    where event.organization_id = placed.organization_id and event.id = placed.id
        and event.position is null"""
_WRITE: Final[LiteralString] = """
    with taken as (
        insert into event (offered, organization_id, id, position, stream, stream_version, kind,
            at, person, who, what, query, versions, result, sealed, salts, leaf)
        select 0, * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::bigint[],
            $6::text[], $7::timestamptz[], $8::text[], $9::bytea[], $10::bytea[], $11::bytea[],
            $12::bytea[], $13::bytea[], $14::bytea[], $15::bytea[], $16::bytea[])
    ), completed as (
        insert into tree_node (organization_id, level, place, hash)
        select * from unnest($17::uuid[], $18::bigint[], $19::bigint[], $20::bytea[])
    ), grown as (
        insert into tree_head (organization_id, origin, size, frontier, root, note)
        select * from unnest($21::uuid[], $22::text[], $23::bigint[], $24::bytea[], $25::bytea[],
            $26::text[])
        on conflict (organization_id) do update set
            size = excluded.size, frontier = excluded.frontier, root = excluded.root,
            note = excluded.note
    )
    select pg_notify('morello_ledger', notice) from unnest($27::text[]) as told(notice)"""

_MICROSECONDS = struct.Struct(">Q")
_MICROSECONDS_AT = 24
"""Where a leaf says its time."""


class Batch:
    """Everything that one transaction places."""

    def __init__(self, requests: Sequence[Request], signers: Signers, known: Heads) -> None:
        self.requests = list(requests)
        self.placed: list[tuple[uuid.UUID, uuid.UUID, int]] = []
        """Events that were offered: (organization, event, position)."""
        self.postponed: list[Request] = []
        """Requests that have to come again, because more is offered than one batch places."""
        self._signers = signers
        self._known = known
        self._heads: dict[uuid.UUID, Head] = {}

    @property
    def sizes(self) -> dict[uuid.UUID, int]:
        """How far each log reaches now."""
        return {each.organization_id: each.frontier.size for each in self._heads.values()}

    async def write(self, connection: AsyncConnection[Any], *, look: bool) -> None:
        """Place all of it, and what is offered if told to `look`; commit.

        Requests that are in conflict are answered so and left out. Raises psycopg's errors.
        """
        cursor = AsyncRawCursor(connection, row_factory=tuple_row)
        asked: set[Stream] = set()
        for request in self.requests:
            asked |= streams.unknown(request.organization_id, request.drafts)
        offered: list[tuple[uuid.UUID, OfferedRow]] = []
        versions = Versions({})
        if is_locked := look or bool(asked):
            await connection.execute(_LOCK_PLACING, prepare=True)
            versions = await streams.lock(connection, asked)
            passed_over = Uuids([each.bytes for each in self._known.damaged])
            await cursor.execute(_OFFERED, (OFFERED_MAX, passed_over), prepare=True, binary=True)
            offered = [(row[0], OfferedRow(*row[1:])) for row in await cursor.fetchall()]
        if len(offered) == OFFERED_MAX:  # first come, first placed: their streams may go on here
            self.requests, self.postponed = [], self.requests
        self._assign(versions)
        organizations = {each.organization_id for each in self.requests} | {
            each for each, _ in offered
        }
        if not organizations:
            await connection.rollback()
            return
        if not is_locked:
            await connection.execute(_LOCK_PLACING, prepare=True)
        # No pipeline: it would save round trips on a socket, and take more of the processor.
        named = Uuids([each.bytes for each in organizations])
        await cursor.execute(_HEADS, (named,), prepare=True, binary=True)
        self._heads = self._known.read(organizations, await cursor.fetchall())
        self._refuse_damaged()
        updated = [self._place(each, row) for each, row in offered if each in self._heads]
        taken = [row for request in self.requests for row in self._take(request)]
        if updated:
            await cursor.execute(_PLACE, _arrays_of_places(updated), prepare=True)
        await cursor.execute(_WRITE, self._arrays(taken), prepare=True)
        await connection.commit()
        self._known.wrote(self._heads.values())

    def _assign(self, versions: Versions) -> None:
        """Give each request its stream versions; answer those that are in conflict."""
        fitting: list[Request] = []
        for request in self.requests:
            try:
                request.versions = versions.assign(request.organization_id, request.drafts)
            except Conflict as conflict:
                request.fail(conflict)
            else:
                fitting.append(request)
        self.requests = fitting

    def _refuse_damaged(self) -> None:
        for request in self.requests:
            if request.organization_id not in self._heads:
                request.fail(Unavailable("ledger_damaged"))
        self.requests = [each for each in self.requests if each.organization_id in self._heads]

    def _place(self, organization_id: uuid.UUID, row: OfferedRow) -> tuple[Any, ...]:
        leaf = row.record().leaf()
        position = self._heads[organization_id].place(leaf_hash(leaf))
        self.placed.append((organization_id, row.id, position))
        return organization_id.bytes, row.id.bytes, position, leaf

    def _take(self, request: Request) -> Iterable[tuple[Any, ...]]:
        head, organization = self._heads[request.organization_id], request.organization_id.bytes
        request.positions = []
        for draft, version in zip(request.drafts, request.versions, strict=True):
            leaf = draft.leaf(version)
            position = head.place(leaf_hash(leaf))
            request.positions.append(position)
            yield _row(draft, organization, version, position, leaf)

    def _arrays(self, taken: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
        columns = list(zip(*taken, strict=True)) if taken else [()] * 16
        heads = list(self._heads.values())
        signed = [each.signed(self._signers) for each in heads]
        nodes = [(each.organization_id, *node) for each in heads for node in each.completed]
        return (
            Uuids(columns[0]),
            Uuids(columns[1]),
            Numbers(columns[2]),
            Texts(columns[3]),
            Numbers(columns[4]),
            Texts(columns[5]),
            Times(columns[6]),
            Texts(columns[7]),
            *(Byteas(each) for each in columns[8:]),
            Uuids([each.bytes for each, _, _ in nodes]),
            Numbers(node.level for _, node, _ in nodes),
            Numbers(node.index for _, node, _ in nodes),
            Byteas([hashed for _, _, hashed in nodes]),
            Uuids([each.organization_id.bytes for each in heads]),
            Texts([each.origin.encode() for each in heads]),
            Numbers(each.frontier.size for each in heads),
            Byteas([each.frontier.encode() for each in heads]),
            Byteas([root for root, _ in signed]),
            Texts([note.encode() for _, note in signed]),
            Texts(_notices(self.sizes)),
        )


def _row(
    draft: Draft, organization: bytes, version: int, position: int, leaf: bytes
) -> tuple[Any, ...]:
    """Return the columns of an event."""
    who, what, query, versions, result, _ = draft.bodies
    return (
        organization,
        draft.event_id.bytes,
        position,
        draft.stream.encode(),
        version,
        draft.kind.encode(),
        _MICROSECONDS.unpack_from(leaf, _MICROSECONDS_AT)[0],
        None if draft.person is None else draft.person.encode(),
        who,
        what,
        query,
        versions,
        result,
        draft.sealed,
        draft.salts,
        leaf,
    )


def _arrays_of_places(updated: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    organizations, ids, positions, leaves = zip(*updated, strict=True)
    return Uuids(organizations), Uuids(ids), Numbers(positions), Byteas(leaves)


def _notices(sizes: Mapping[uuid.UUID, int]) -> list[bytes]:
    """Return what is told: `<organization in hex>:<size>`, separated by spaces."""
    told = [f"{each.hex}:{size}" for each, size in sizes.items()]
    return [
        " ".join(told[start : start + _NOTICE_ORGANIZATIONS_MAX]).encode()
        for start in range(0, len(told), _NOTICE_ORGANIZATIONS_MAX)
    ]

"""A batch: one transaction that places events of all organizations, under one lock.

Most batches know the heads they continue, and are one round trip: the statement that writes looks
whether the heads still are what they were, and writes nothing if they are not. Then, and where
something has to be looked up first, a batch takes the lock, looks, and writes.
"""

import struct
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from morello.kernel.errors import Conflict, Unavailable
from morello.ledger.draft import Draft
from morello.ledger.postgres.rows import OFFERED, OfferedRow
from morello.ledger.postgres.writing import streams
from morello.ledger.postgres.writing.arrays import byteas, number, numbers, texts, times, uuids
from morello.ledger.postgres.writing.head import Head, Heads, KeptHead, Signers
from morello.ledger.postgres.writing.request import Request
from morello.ledger.postgres.writing.streams import Stream, Versions
from morello.ledger.postgres.writing.wire import Statement, Wire
from morello.ledger.proof.merkle import leaf_hash

LOCK: Final = 119182860641650
"""The advisory lock of whoever places events."""

OFFERED_MAX = 1_000
_NOTICE_ORGANIZATIONS_MAX = 150
"""A notice has at most 8,000 bytes, an organization's part at most 53."""

BEGIN: Final[Statement] = (b"begin", ())
COMMIT: Final[Statement] = (b"commit", ())
ROLLBACK: Final[Statement] = (b"rollback", ())
LOCK_PLACING: Final[Statement] = (b"select pg_advisory_xact_lock(%d)" % LOCK, ())
_OFFERED: Final = (
    f"select organization_id, {OFFERED} from event"  # noqa: S608 - constants only
    " where position is null and organization_id <> all($2::uuid[]) order by offered limit $1"
).encode()
_HEADS: Final = (
    b"select organization_id, origin, size, frontier, note, seal from tree_head"
    b" where organization_id = any($1::uuid[])"
)
_PLACE: Final = b"""
    update event set position = placed.position, leaf = placed.leaf
    from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[])
        as placed(organization_id, id, position, leaf)
    where event.organization_id = placed.organization_id and event.id = placed.id
        and event.position is null"""
_WRITE: Final = b"""
    with fits as materialized (
        select count(*) = cardinality($21) as fits
        from unnest($21::uuid[], $22::text[], $26::bigint[], $27::bytea[], $28::bytea[])
            as kept(organization_id, origin, size, frontier, seal)
        left join tree_head on tree_head.organization_id = kept.organization_id
        where coalesce(tree_head.origin, kept.origin) = kept.origin
            and coalesce(tree_head.size, 0) = kept.size
            and coalesce(tree_head.frontier, '') = kept.frontier
            and coalesce(tree_head.seal, '') = kept.seal
    ), taken as (
        insert into event (offered, organization_id, id, position, stream, stream_version, kind,
            at, person, who, what, query, versions, result, sealed, salts, leaf)
        select 0, * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::bigint[],
            $6::text[], $7::timestamptz[], $8::text[], $9::bytea[], $10::bytea[], $11::bytea[],
            $12::bytea[], $13::bytea[], $14::bytea[], $15::bytea[], $16::bytea[])
        where (select fits from fits)
    ), completed as (
        insert into tree_node (organization_id, level, place, hash)
        select * from unnest($17::uuid[], $18::bigint[], $19::bigint[], $20::bytea[])
        where (select fits from fits)
    ), grown as (
        insert into tree_head (organization_id, origin, size, frontier, seal)
        select * from unnest($21::uuid[], $22::text[], $23::bigint[], $24::bytea[], $25::bytea[])
        where (select fits from fits)
        on conflict (organization_id) do update set
            size = excluded.size, frontier = excluded.frontier, seal = excluded.seal, note = null
    )
    select pg_notify('morello_ledger', notice) from unnest($29::text[]) as told(notice)
    where (select fits from fits)"""

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

    async def write(self, wire: Wire, *, look: bool) -> None:
        """Place all of it, and what is offered if told to `look`; commit.

        Requests that are in conflict are answered so and left out. Raises psycopg's errors.
        """
        asked: set[Stream] = set()
        for request in self.requests:
            asked |= streams.unknown(request.organization_id, request.drafts)
        if look or asked or not await self._write_at_once(wire):
            await self._look_and_write(wire, asked)
        self._known.wrote(self._heads.values())

    async def _write_at_once(self, wire: Wire) -> bool:
        """Try to continue the heads that are known, in one round trip."""
        heads = self._known.known({each.organization_id for each in self.requests})
        if heads is None:
            return False
        self._heads = heads
        self._assign(Versions({}))
        taken = [row for request in self.requests for row in self._take(request)]
        _, written = await wire.exchange(LOCK_PLACING, self._writing(taken))
        if written.ntuples == 0:
            self._known.missed()
            return False
        return True

    async def _look_and_write(self, wire: Wire, asked: set[Stream]) -> None:
        passed_over = uuids([each.bytes for each in self._known.damaged])
        look: list[Statement] = [BEGIN, LOCK_PLACING]
        look += streams.looking(asked)
        look.append((_OFFERED, (number(OFFERED_MAX), passed_over)))
        *_, known, offering = await wire.exchange(*look)
        offered = [(row[0], OfferedRow(*row[1:])) for row in wire.rows(offering)]
        if len(offered) == OFFERED_MAX:  # first come, first placed: their streams may go on here
            self.requests, self.postponed = [], self.requests
        self._assign(Versions.of(wire.rows(known) if asked else ()))
        organizations = {each.organization_id for each in self.requests}
        organizations.update(each for each, _ in offered)
        if organizations:
            named = uuids([each.bytes for each in organizations])
            (found,) = await wire.exchange((_HEADS, (named,)))
            kept = [KeptHead(*row) for row in wire.rows(found)]
            self._heads = self._known.read(organizations, kept)
            self._refuse_damaged()
        if not self._heads:
            await wire.exchange(ROLLBACK)
            return
        updated = [self._place(each, row) for each, row in offered if each in self._heads]
        taken = [row for request in self.requests for row in self._take(request)]
        place = [(_PLACE, _arrays_of_places(updated))] if updated else []
        *_, written, _ = await wire.exchange(*place, self._writing(taken), COMMIT)
        assert written.ntuples, "nobody else changes a head under the lock"

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
        leaf = row.computed()
        assert leaf, "what the app offered can be proven"
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

    def _writing(self, taken: Sequence[tuple[Any, ...]]) -> Statement:
        columns = list(zip(*taken, strict=True)) if taken else [()] * 16
        heads = list(self._heads.values())
        nodes = [(each.organization_id, *node) for each in heads for node in each.completed]
        return _WRITE, (
            uuids(columns[0]),
            uuids(columns[1]),
            numbers(columns[2]),
            texts(columns[3]),
            numbers(columns[4]),
            texts(columns[5]),
            times(columns[6]),
            texts(columns[7]),
            *(byteas(each) for each in columns[8:]),
            uuids([each.bytes for each, _, _ in nodes]),
            numbers([node.level for _, node, _ in nodes]),
            numbers([node.index for _, node, _ in nodes]),
            byteas([hashed for _, _, hashed in nodes]),
            *self._arrays_of_heads(heads),
        )

    def _arrays_of_heads(self, heads: Sequence[Head]) -> tuple[bytes, ...]:
        sizes, frontiers, seals = zip(*[each.sealed(self._signers) for each in heads], strict=True)
        kept_sizes, kept_frontiers, kept_seals = zip(*[each.kept for each in heads], strict=True)
        return (
            uuids([each.organization_id.bytes for each in heads]),
            texts([each.origin.encode() for each in heads]),
            numbers(sizes),
            byteas(frontiers),
            byteas(seals),
            numbers(kept_sizes),
            byteas(kept_frontiers),
            byteas(kept_seals),
            texts(_notices(self.sizes)),
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


def _arrays_of_places(updated: Sequence[tuple[Any, ...]]) -> tuple[bytes, ...]:
    organizations, ids, positions, leaves = zip(*updated, strict=True)
    return uuids(organizations), uuids(ids), numbers(positions), byteas(leaves)


def _notices(sizes: Mapping[uuid.UUID, int]) -> list[bytes]:
    """Return what is told: `<organization in hex>:<size>`, separated by spaces."""
    told = [f"{each.hex}:{size}" for each, size in sizes.items()]
    return [
        " ".join(told[start : start + _NOTICE_ORGANIZATIONS_MAX]).encode()
        for start in range(0, len(told), _NOTICE_ORGANIZATIONS_MAX)
    ]

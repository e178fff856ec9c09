"""Verifying a log in PostgreSQL: one pass over its events, a page at a time."""

import asyncio
import dataclasses
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence

from morello.ledger.audit import Audit, Claimed
from morello.ledger.postgres.nodes import kept_nodes
from morello.ledger.postgres.publication import CHECKPOINTS_MAX, Publication
from morello.ledger.postgres.reading import PAGE_EVENTS, HeadRow, Reading
from morello.ledger.postgres.rows import PlacedRow
from morello.ledger.postgres.writing.head import Signers
from morello.ledger.proof.frontier import Frontier
from morello.ledger.proof.merkle import Node
from morello.ledger.verdict import Verdict


@dataclasses.dataclass(slots=True)
class NoteRow:
    """A published checkpoint."""

    note: str


@dataclasses.dataclass(frozen=True, slots=True)
class Verification:
    """Recomputes everything that is kept, and compares it with what was signed and published."""

    reading: Reading
    publication: Publication
    signers: Signers

    async def run(self, organization_id: uuid.UUID) -> AsyncIterator[float | Verdict]:
        """Yield the share that is done; the last item is the verdict."""
        published = await self._published(organization_id)
        head = await self.reading.head(organization_id)
        audit = await asyncio.to_thread(Audit, self._claimed(organization_id, head), published)
        # Events beyond the head are read as well, so that a head that was set back is found.
        size = max(head.size, head.last + 1) if head is not None else 0
        after = -1
        while after + 1 < size:
            asked = min(PAGE_EVENTS, size - after - 1)
            rows = [
                row async for row in self.reading.follow(organization_id, after=after, limit=asked)
            ]
            if not rows:
                break
            start, after = after + 1, rows[-1].position
            nodes = await kept_nodes(self.reading.database, organization_id, start, after)
            await asyncio.to_thread(_take, audit, rows, nodes)
            yield audit.taken / size
        yield await asyncio.to_thread(audit.verdict)

    def _claimed(self, organization_id: uuid.UUID, head: HeadRow | None) -> Claimed:
        origin = self.signers.origin(organization_id) if head is None else head.origin
        key = self.signers.of(origin).key
        if head is None:
            return Claimed(size=0, root=Frontier().root(), key=key)
        is_ours = self.signers.wrote(head)
        return Claimed(size=head.size, root=_root(head), key=key, is_ours=is_ours)

    async def _published(self, organization_id: uuid.UUID) -> list[str]:
        rows = await self.reading.database.fetch(
            organization_id,
            "select note from checkpoint where organization_id = %s order by size desc limit %s",
            (organization_id, CHECKPOINTS_MAX),
            NoteRow,
        )
        kept = {row.note for row in rows}
        notes = await asyncio.to_thread(self.publication.notes, organization_id)
        return sorted(kept.union(notes))


def _root(head: HeadRow) -> bytes:
    """Return the root that a head says; none if it says nothing that makes sense."""
    if not Frontier.is_encoded(head.size, head.frontier):
        return b""
    return Frontier.decode(head.size, head.frontier).root()


def _take(audit: Audit, rows: Sequence[PlacedRow], nodes: Mapping[Node, bytes]) -> None:
    for row in rows:
        audit.take(row.position, row.id, row.computed(), row.leaf, nodes)

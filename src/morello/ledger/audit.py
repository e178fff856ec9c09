"""An audit: every leaf and the root of a log recomputed from its records."""

import dataclasses
from collections.abc import Sequence

from morello.kernel.errors import ProofFailed
from morello.kernel.messages import Message
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.note import Key
from morello.ledger.proof.tree import Tree
from morello.ledger.record import Record
from morello.ledger.verdict import Verdict

ALTERED_MAX = 100
"""Altered events that are named one by one."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One organization's log, as it is kept."""

    records: Sequence[Record]
    leaves: Sequence[bytes]
    root: bytes
    """What the log takes for its root."""
    note: str
    """The newest checkpoint it signed; empty when it signed none."""
    key: Key

    def verdict(self) -> Verdict:
        """Say whether all of it fits together, and which events do not. O(n); blocks."""
        altered = [
            _altered(position, record)
            for position, (record, leaf) in enumerate(zip(self.records, self.leaves, strict=True))
            if record.leaf() != leaf
        ]
        roots = self._roots()
        failed = [*altered[:ALTERED_MAX], *roots]
        whole = Message(id="ledger.proven.whole", parameters={"events": len(self.records)})
        return Verdict(ok=not failed, proven=[] if failed else [whole], not_proven=failed)

    def _roots(self) -> list[Message]:
        tree = Tree()
        for leaf in self.leaves:
            tree.append(leaf)
        if tree.root() != self.root:
            return [Message(id="ledger.not_proven.root")]
        if not self.note:
            return []
        try:
            signed = Checkpoint.open(self.note, self.key)
        except ProofFailed as failure:
            return [failure.message]
        if signed.size > tree.size or tree.root(signed.size) != signed.root:
            return [Message(id="ledger.not_proven.checkpoint", parameters={"size": signed.size})]
        return []


def _altered(position: int, record: Record) -> Message:
    return Message(
        id="ledger.not_proven.altered",
        parameters={"position": position, "event": str(record.event_id)},
    )

"""An audit: every leaf, node and root of a log recomputed from its records, one after another."""

import dataclasses
import uuid
from collections.abc import Iterable, Mapping

from morello.kernel.errors import ProofFailed
from morello.kernel.messages import Message
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.frontier import Frontier
from morello.ledger.proof.merkle import Node, leaf_hash
from morello.ledger.proof.note import Key
from morello.ledger.verdict import Verdict

FAILURES_MAX = 100
"""What is named one by one of each kind."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What a log says of itself."""

    size: int
    root: bytes
    key: Key
    note: str = ""
    """The newest checkpoint it signed; empty when it signed none."""
    is_ours: bool = True
    """Whether size and root are such as only who holds the key can have written."""


class Audit:
    """Takes in one organization's log in order of position, keeping O(log n) of it."""

    def __init__(self, claimed: Claimed, published: Iterable[str] = ()) -> None:
        self._claimed = claimed
        self._frontier: Frontier | None = Frontier()
        self._next = 0
        self._altered: list[Message] = []
        self._wrong: list[Message] = []
        self._signed: dict[int, list[tuple[str, bytes]]] = {}
        """By size: what the log should have been then, and what to say when it was not."""
        self._expect("checkpoint", [claimed.note] if claimed.note else [])
        if not claimed.is_ours:
            _say(self._wrong, "checkpoint", size=claimed.size)
        self._published = self._expect("published", published)
        self._compare(self._frontier)

    @property
    def taken(self) -> int:
        """Number of positions so far."""
        return self._next

    def take(
        self,
        position: int,
        event_id: uuid.UUID,
        computed: bytes,
        leaf: bytes,
        nodes: Mapping[Node, bytes] | None = None,
    ) -> None:
        """Take in the next event: its leaf computed from what it says, and its leaf as it is kept.

        `nodes` are those kept, where nodes are kept.
        """
        if position != self._next:
            self._miss(position)
        self._next = position + 1
        if computed != leaf:
            _say(
                self._altered,
                "altered",
                position=position,
                event=str(event_id),
            )
        if self._frontier is None:
            return
        for node, hashed in self._frontier.append(leaf_hash(leaf)):
            if nodes is not None and nodes.get(node) != hashed:
                first = node.index << node.level
                _say(self._wrong, "node", first=first, last=first + (1 << node.level) - 1)
        self._compare(self._frontier)

    def verdict(self) -> Verdict:
        """Say whether all of it fits together, and what does not."""
        if self._next != self._claimed.size:
            self._miss(self._claimed.size)
        if self._frontier is not None and self._frontier.root() != self._claimed.root:
            _say(self._wrong, "root")
        for size in self._signed:
            self._fail(size)
        failed = [*self._altered, *self._wrong]
        proven = [Message(id="ledger.proven.whole", parameters={"events": self._next})]
        if self._published:
            counted = {"count": self._published}
            proven.append(Message(id="ledger.proven.published", parameters=counted))
        return Verdict(ok=not failed, proven=[] if failed else proven, not_proven=failed)

    def _expect(self, case: str, notes: Iterable[str]) -> int:
        """Remember which root some sizes had, as it was signed; return how many."""
        count = 0
        for note in notes:
            count += 1
            try:
                checkpoint = Checkpoint.open(note, self._claimed.key)
            except ProofFailed as failure:
                self._wrong.append(failure.message)
            else:
                self._signed.setdefault(checkpoint.size, []).append((case, checkpoint.root))
        return count

    def _compare(self, frontier: Frontier) -> None:
        """Hold the tree against what was signed when it had this size."""
        signed = self._signed.get(frontier.size)
        if signed is None:
            return
        root = frontier.root()
        if all(each == root for _, each in signed):
            del self._signed[frontier.size]

    def _fail(self, size: int) -> None:
        """Name a signed size that does not match, unless the tree was given up before it."""
        if self._frontier is not None or size > self._claimed.size:
            for case in sorted({case for case, _ in self._signed[size]}):
                _say(self._wrong, case, size=size)

    def _miss(self, until: int) -> None:
        """Name positions without an event; from here on there is no tree to compare."""
        self._frontier = None
        if until > self._next:
            _say(self._wrong, "missing", first=self._next, last=until - 1)
        else:
            _say(self._wrong, "beyond", size=until, last=self._next - 1)


def _say(failures: list[Message], case: str, **parameters: object) -> None:
    if len(failures) < FAILURES_MAX:
        failures.append(Message(id=f"ledger.not_proven.{case}", parameters=parameters))

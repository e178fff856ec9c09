"""The heads of logs: how far each is, and what signs it."""

import dataclasses
import uuid
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from morello.kernel.errors import ProofFailed
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.frontier import Frontier
from morello.ledger.proof.merkle import Node
from morello.ledger.proof.note import Signer
from morello.ledger.proof.origin import key_name, key_name_of

_KNOWN_MAX = 10_000


class Signers:
    """Signs the checkpoints of every organization with the installation's one key."""

    def __init__(self, private: Ed25519PrivateKey, host: str) -> None:
        """Take the key, and the name under which new logs begin."""
        self._private = private
        self._host = host
        self._signers: dict[str, Signer] = {}

    def origin(self, organization_id: uuid.UUID) -> str:
        """Return the origin of a log that begins now; later it is what its head says."""
        return key_name(self._host, organization_id)

    def of(self, origin: str) -> Signer:
        """Return who signs for an origin."""
        signer = self._signers.get(origin)
        if signer is None:
            if len(self._signers) >= _KNOWN_MAX:
                self._signers.clear()
            signer = self._signers[origin] = Signer(key_name_of(origin), self._private)
        return signer


@dataclasses.dataclass(slots=True)
class Head:
    """The end of one organization's log, as it grows within a batch."""

    organization_id: uuid.UUID
    origin: str
    frontier: Frontier
    completed: list[tuple[Node, bytes]] = dataclasses.field(default_factory=list)

    def place(self, leaf_hash: bytes) -> int:
        """Add a leaf by its hash; return its position."""
        position = self.frontier.size
        completed = self.frontier.append(leaf_hash)
        if completed:
            self.completed += completed
        return position

    def signed(self, signers: Signers) -> tuple[bytes, str]:
        """Return the root, and the signed note over it."""
        root = self.frontier.root()
        said = Checkpoint(self.origin, self.frontier.size, root)
        return root, signers.of(self.origin).sign(str(said))


class Heads:
    """Knows the heads that this process wrote, and continues no other that was not signed.

    Else whoever forges a head without the key would only have to wait for the next batch.
    """

    def __init__(self, signers: Signers) -> None:
        self._signers = signers
        self._written: dict[uuid.UUID, tuple[int, bytes]] = {}
        self.damaged: set[uuid.UUID] = set()
        """Organizations whose head does not bear its own note: nothing is added to their logs."""

    def read(
        self,
        organizations: Iterable[uuid.UUID],
        rows: Iterable[tuple[uuid.UUID, str, int, bytes, str]],
    ) -> dict[uuid.UUID, Head]:
        """Return the heads of rows (id, origin, size, frontier, note), new ones for the rest."""
        heads = {each: Head(each, self._signers.origin(each), Frontier()) for each in organizations}
        for organization_id, origin, size, encoded, note in rows:
            head = Head(organization_id, origin, Frontier.decode(size, encoded))
            if self._written.get(organization_id) == (size, encoded) or self._bears(head, note):
                heads[organization_id] = head
                self.damaged.discard(organization_id)
            else:
                del heads[organization_id]
                self.damaged.add(organization_id)
        return heads

    def wrote(self, heads: Iterable[Head]) -> None:
        """Remember what was committed."""
        if len(self._written) > _KNOWN_MAX:
            self._written.clear()
        for head in heads:
            self._written[head.organization_id] = (head.frontier.size, head.frontier.encode())

    def _bears(self, head: Head, note: str) -> bool:
        """Tell whether a note is the signed one over a head."""
        try:
            signed = Checkpoint.open(note, self._signers.of(head.origin).key)
        except ProofFailed:
            return False
        claimed = (head.origin, head.frontier.size, head.frontier.root())
        return (signed.origin, signed.size, signed.root) == claimed

"""The heads of logs: how far each is, and what signs it."""

import dataclasses
import uuid
from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.frontier import Frontier
from morello.ledger.proof.merkle import Node
from morello.ledger.proof.note import Signer
from morello.ledger.proof.origin import key_name, key_name_of

_SIGNERS_MAX = 10_000


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
            if len(self._signers) >= _SIGNERS_MAX:
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


def heads_of(
    organizations: Iterable[uuid.UUID],
    rows: Sequence[tuple[uuid.UUID, str, int, bytes]],
    signers: Signers,
) -> dict[uuid.UUID, Head]:
    """Return heads of rows (id, origin, size, frontier), and a new one where there is none."""
    found = {
        organization_id: Head(organization_id, origin, Frontier.decode(size, frontier))
        for organization_id, origin, size, frontier in rows
    }
    return {
        each: found.get(each) or Head(each, signers.origin(each), Frontier())
        for each in organizations
    }

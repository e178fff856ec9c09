"""The heads of logs: how far each is, what shows that we wrote it, and what signs it."""

import dataclasses
import hmac
import uuid
from collections.abc import Iterable
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from morello.kernel.errors import ProofFailed, Unavailable
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.frontier import Frontier
from morello.ledger.proof.merkle import Node
from morello.ledger.proof.note import Signer
from morello.ledger.proof.origin import key_name, key_name_of
from morello.storage.keys import expand

_KNOWN_MAX = 10_000
_CAREFUL_BATCHES = 50
"""How many batches read their heads first, after one met a head that another process wrote."""
_SEAL_DOMAIN = b"morello/head/v1/"


@dataclasses.dataclass(slots=True)
class KeptHead:
    """The end of one organization's log, as it stands in the database."""

    organization_id: uuid.UUID
    origin: str
    size: int
    frontier: bytes
    note: str | None
    """The signed checkpoint that step 0007 of the schema kept instead of a seal."""
    seal: bytes | None


class Signers:
    """Seals heads and signs checkpoints of every organization with the installation's one key.

    A seal (HMAC-SHA256 under a key made of the signing key) costs a twentieth of a signature and
    says as much to ourselves. So each batch seals, and what others are to believe is signed when
    they ask.
    """

    def __init__(self, private: Ed25519PrivateKey, host: str) -> None:
        """Take the key, and the name under which new logs begin."""
        self._private = private
        self._sealing = expand(private.private_bytes_raw(), b"morello/ledger/head")
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

    def seal(self, organization_id: uuid.UUID, origin: str, size: int, frontier: bytes) -> bytes:
        """Return what shows that we wrote a head. The size says how long the frontier is."""
        sized = organization_id.bytes + size.to_bytes(8, "big") + frontier
        return hmac.digest(self._sealing, _SEAL_DOMAIN + sized + origin.encode(), "sha256")

    def wrote(self, head: KeptHead) -> bool:
        """Tell whether a head is one that we wrote: sealed, or by its note if it is an old one."""
        if not Frontier.is_encoded(head.size, head.frontier):
            return False
        if head.seal is not None:
            sealed = self.seal(head.organization_id, head.origin, head.size, head.frontier)
            return hmac.compare_digest(head.seal, sealed)
        try:
            signed = Checkpoint.open(head.note or "", self.of(head.origin).key)
        except ProofFailed:
            return False
        return signed == self.checkpoint(head)

    def checkpoint(self, head: KeptHead) -> Checkpoint:
        """Return what a head says. Its frontier has to be whole."""
        root = Frontier.decode(head.size, head.frontier).root()
        return Checkpoint(head.origin, head.size, root)

    def sign(self, head: KeptHead) -> str:
        """Return the signed checkpoint of a head. Raises Unavailable unless we wrote the head.

        Else whoever forges a head without the key would only have to ask for a receipt.
        """
        if not self.wrote(head):
            raise Unavailable("ledger_damaged")
        return self.of(head.origin).sign(str(self.checkpoint(head)))


Kept = tuple[int, bytes, bytes]
"""Size, frontier and seal of a head as they stand in the database; `NOTHING` if there is none."""

NOTHING: Final[Kept] = (0, b"", b"")


class Head:
    """The end of one organization's log, as it grows within a batch."""

    __slots__ = ("completed", "frontier", "grown", "kept", "organization_id", "origin")

    def __init__(
        self, organization_id: uuid.UUID, origin: str, frontier: Frontier, kept: Kept
    ) -> None:
        self.organization_id = organization_id
        self.origin = origin
        self.frontier = frontier
        self.kept = kept
        self.grown = kept
        """The same of the head as it is to stand there, once it is `sealed`."""
        self.completed: list[tuple[Node, bytes]] = []

    def sealed(self, signers: Signers) -> Kept:
        """Seal it, when it has grown."""
        size, frontier = self.frontier.size, self.frontier.encode()
        seal = signers.seal(self.organization_id, self.origin, size, frontier)
        self.grown = (size, frontier, seal)
        return self.grown

    def place(self, leaf_hash: bytes) -> int:
        """Add a leaf by its hash; return its position."""
        position = self.frontier.size
        completed = self.frontier.append(leaf_hash)
        if completed:
            self.completed += completed
        return position

    def copy(self) -> "Head":
        """Return one that may grow in vain."""
        return Head(self.organization_id, self.origin, self.frontier.copy(), self.kept)


class Heads:
    """Knows the heads that this process wrote, and continues no other that we did not write.

    Else whoever forges a head without the key would only have to wait for the next batch.
    """

    def __init__(self, signers: Signers) -> None:
        self._signers = signers
        self._written: dict[uuid.UUID, Head] = {}
        self._careful = 0
        self.damaged: set[uuid.UUID] = set()
        """Organizations whose head we did not write: nothing is added to their logs."""

    def known(self, organizations: Iterable[uuid.UUID]) -> dict[uuid.UUID, Head] | None:
        """Return all these heads as they were last; None if one may be another now."""
        if self._careful:
            self._careful -= 1
            return None
        written = self._written
        try:
            return {each: written[each].copy() for each in organizations}
        except KeyError:
            return None

    def read(
        self, organizations: Iterable[uuid.UUID], rows: Iterable[KeptHead]
    ) -> dict[uuid.UUID, Head]:
        """Return the heads that are kept, new ones for the rest; but none that we did not write."""
        heads = {
            each: Head(each, self._signers.origin(each), Frontier(), NOTHING)
            for each in organizations
        }
        for row in rows:
            if self._signers.wrote(row):
                frontier = Frontier.decode(row.size, row.frontier)
                kept = (row.size, row.frontier, row.seal or b"")
                heads[row.organization_id] = Head(row.organization_id, row.origin, frontier, kept)
                self.damaged.discard(row.organization_id)
            else:
                del heads[row.organization_id]
                self.damaged.add(row.organization_id)
        return heads

    def wrote(self, heads: Iterable[Head]) -> None:
        """Remember what was committed."""
        if len(self._written) > _KNOWN_MAX:
            self._written.clear()
        for head in heads:
            head.kept = head.grown
            head.completed = []
            self._written[head.organization_id] = head

    def missed(self) -> None:
        """Take note that another process wrote one of them: for some time, look first."""
        self._careful = _CAREFUL_BATCHES
        self.forget()

    def forget(self) -> None:
        """Know nothing any more: the connection was lost, and the database may be another."""
        self._written.clear()

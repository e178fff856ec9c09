"""The frontier of a Merkle tree: all that growing it takes, however many leaves it has."""

from collections.abc import Iterable

from morello.ledger.proof.merkle import HASH_BYTES, Node, fold, node_hash

TILE_LEVELS = 8
"""Nodes are kept at every eighth level: each stands for 256 of the kept ones below it."""


class Frontier:
    """The hashes of the complete subtrees that make up a tree, the largest first.

    There is one for each binary one of the size: RFC 9162, section 2.1.2.
    """

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)
        assert len(self._hashes) == size.bit_count(), "a hash for each binary one of the size"

    @staticmethod
    def is_encoded(size: int, data: bytes) -> bool:
        """Tell whether `decode` can read it."""
        return size >= 0 and len(data) == HASH_BYTES * size.bit_count()

    @classmethod
    def decode(cls, size: int, data: bytes) -> "Frontier":
        """Read what `encode` gave."""
        starts = range(0, len(data), HASH_BYTES)
        return cls(size, (data[start : start + HASH_BYTES] for start in starts))

    def encode(self) -> bytes:
        """Return the hashes, one after the other."""
        return b"".join(self._hashes)

    def copy(self) -> "Frontier":
        """Return another one of the same tree."""
        return Frontier(self.size, self._hashes)

    def append(self, hashed: bytes) -> list[tuple[Node, bytes]]:
        """Add the hash of a leaf; return the nodes at kept levels that are complete with it."""
        completed: list[tuple[Node, bytes]] = []
        level, node, hashes = 0, self.size, self._hashes
        while node & 1:
            hashed = node_hash(hashes.pop(), hashed)
            level, node = level + 1, node >> 1
            if level % TILE_LEVELS == 0:
                completed.append((Node(level, node), hashed))
        hashes.append(hashed)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root."""
        return fold(self._hashes)

"""A Merkle tree in memory that grows at its right edge."""

from collections.abc import Sequence

from morello.ledger.proof.merkle import (
    HASH_BYTES,
    Node,
    Span,
    consistency_spans,
    fold,
    inclusion_spans,
    leaf_hash,
    node_hash,
    nodes,
)


class Tree:
    """Keeps the hash of every complete node: 64 bytes a leaf, two hashes an append on average."""

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> int:
        """Add a leaf; return its index. O(log n), because each completed node is hashed once."""
        index, hashed = self.size, leaf_hash(leaf)
        self._levels[0] += hashed
        level, node = 0, index
        while node & 1:
            hashed = node_hash(self.node(Node(level, node - 1)), hashed)
            level, node = level + 1, node >> 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += hashed
        return index

    def node(self, name: Node) -> bytes:
        """Return the hash of a complete node."""
        start = name.index * HASH_BYTES
        hashed = bytes(self._levels[name.level][start : start + HASH_BYTES])
        assert len(hashed) == HASH_BYTES, f"{name} is complete"
        return hashed

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` leaves, of all of them when left out."""
        return self._hash(Span(0, self.size if size is None else size))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the proof that leaf `index` is in the tree of the first `size` leaves."""
        return self._hashes(inclusion_spans(index, size))

    def consistency(self, old_size: int, new_size: int) -> list[bytes]:
        """Return the proof that the tree of `new_size` continues that of `old_size`."""
        return self._hashes(consistency_spans(old_size, new_size))

    def _hashes(self, spans: Sequence[Span]) -> list[bytes]:
        return [self._hash(span) for span in spans]

    def _hash(self, span: Span) -> bytes:
        return fold([self.node(name) for name in nodes(span)])

"""The Merkle tree of RFC 9162, section 2.1: which nodes make a root and a proof, and how to check.

A node is named (level, index) and covers the leaves [index·2^level, (index+1)·2^level). A store
keeps the hash of each node whose leaves are all there; every root and proof is then a fold over
O(log n) of them. This module says which, so that a store may fetch them in one question.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from morello.kernel.errors import ProofFailed

HASH_BYTES = 32
PATH_HASHES_MAX = 64
"""Hashes in a proof: enough for any tree that 64-bit numbers can count."""

EMPTY_ROOT = hashlib.sha256(b"").digest()

_LEAF = b"\x00"
_NODE = b"\x01"


@dataclasses.dataclass(frozen=True, slots=True)
class Node:
    """The name of a node."""

    level: int
    index: int


class Span(NamedTuple):
    """Leaves from `start` up to, and without, `end`."""

    start: int
    end: int


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf: never that of a node, for the first byte differs."""
    return hashlib.sha256(_LEAF + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    return hashlib.sha256(_NODE + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of a span from those of its `nodes`, in their order."""
    if not hashes:
        return EMPTY_ROOT
    *rest, folded = hashes
    for left in reversed(rest):
        folded = node_hash(left, folded)
    return folded


def nodes(span: Span) -> list[Node]:
    """Return the fewest complete nodes that cover a span of a proof, from left to right."""
    start, end = span
    found: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        assert start % (1 << level) == 0, "a proof's spans begin where their largest node does"
        found.append(Node(level, start >> level))
        start += 1 << level
    return found


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return what the inclusion proof PATH(index, D_size) is made of (section 2.1.3.1)."""
    assert 0 <= index < size, "the leaf is in the tree"
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old_size: int, new_size: int) -> list[Span]:
    """Return what the consistency proof PROOF(old, D_new) is made of (section 2.1.4.1).

    Every tree continues the empty one, and itself: those proofs are empty.
    """
    assert 0 <= old_size <= new_size, "a tree only grows"
    spans: list[Span] = []
    start, end = 0, new_size
    while 0 < old_size < end:
        middle = start + _split(end - start)
        if old_size <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    if start > 0:
        spans.append(Span(start, end))
    return spans[::-1]


def _split(size: int) -> int:
    """Return the largest power of two that is smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a path leads to from a leaf's hash (section 2.1.3.2).

    Raises ProofFailed when the path cannot be one of this leaf in a tree of this size.
    """
    if not 0 <= index < size:
        raise ProofFailed("path")
    _check_lengths(path)
    node, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofFailed("path")
        if node & 1 or node == last:
            root = node_hash(sibling, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofFailed("path")
    return root


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise ProofFailed unless the leaf with this hash is at `index` of the tree with this root."""
    if root_of_inclusion(leaf, index, size, path) != root:
        raise ProofFailed("path")


def check_consistency(
    old_size: int, new_size: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Raise ProofFailed unless the new tree continues the old one (section 2.1.4.2)."""
    if not 0 <= old_size <= new_size:
        raise ProofFailed("consistency")
    _check_lengths(path)
    if old_size in {0, new_size}:
        expected = EMPTY_ROOT if old_size == 0 else new_root
        if path or old_root != expected:
            raise ProofFailed("consistency")
        return
    if _roots_of_consistency(old_size, new_size, path, old_root) != (old_root, new_root):
        raise ProofFailed("consistency")


def _roots_of_consistency(
    old_size: int, new_size: int, path: Sequence[bytes], old_root: bytes
) -> tuple[bytes, bytes]:
    hashes = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not hashes:
        raise ProofFailed("consistency")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofFailed("consistency")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofFailed("consistency")
    return old, new


def _check_lengths(path: Iterable[bytes]) -> None:
    hashes = list(path)
    if len(hashes) > PATH_HASHES_MAX or any(len(each) != HASH_BYTES for each in hashes):
        raise ProofFailed("path")

"""Any span of a large tree is folded from short ranges of kept nodes."""

import dataclasses
import hashlib
from typing import Any, cast

import pytest

from morello.kernel.errors import Unavailable
from morello.kernel.ids import new_id
from morello.ledger.postgres.nodes import NodeRow, hashes_of, kept_nodes
from morello.ledger.proof.frontier import Frontier
from morello.ledger.proof.merkle import (
    Node,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
)
from morello.ledger.proof.tree import Tree
from morello.storage.postgres.database import Database

OURS = new_id()
SIZE = 70_000
RANGE_MAX = 256


@dataclasses.dataclass
class Kept:
    """Answers like the tables, and counts what is read."""

    leaves: list[bytes]
    nodes: dict[Node, bytes]
    read: int = 0

    async def fetch(self, _: Any, __: Any, given: dict[str, Any], ___: Any) -> list[NodeRow]:
        rows: list[NodeRow] = []
        levels = given["levels"]
        for level, start, end in zip(levels, given["starts"], given["ends"], strict=True):
            assert end - start <= RANGE_MAX
            for place in range(start, end):
                if level == 0 and place < len(self.leaves):
                    rows.append(NodeRow(0, place, self.leaves[place]))
                elif Node(level, place) in self.nodes:
                    rows.append(NodeRow(level, place, self.nodes[Node(level, place)]))
        self.read += len(rows)
        return rows


@pytest.fixture(scope="module")
def tree() -> Tree:
    tree = Tree()
    for each in range(SIZE):
        tree.append(leaf(each))
    return tree


@pytest.fixture(scope="module")
def frontier_and_kept() -> tuple[Frontier, Kept]:
    frontier = Frontier()
    nodes: dict[Node, bytes] = {}
    leaves = [leaf(each) for each in range(SIZE)]
    for each in leaves:
        nodes.update(frontier.append(leaf_hash(each)))
    return frontier, Kept(leaves, nodes)


def leaf(number: int) -> bytes:
    return hashlib.sha256(number.to_bytes(8)).digest()


def test_the_frontier_has_the_trees_root(
    tree: Tree, frontier_and_kept: tuple[Frontier, Kept]
) -> None:
    frontier, kept = frontier_and_kept
    assert frontier.root() == tree.root()
    assert {each.level for each in kept.nodes} == {8, 16}
    assert all(tree.node(name) == hashed for name, hashed in kept.nodes.items())
    again = Frontier.decode(frontier.size, frontier.encode())
    again.append(b"x" * 32)
    frontier_of_size = Frontier.decode(frontier.size, frontier.encode())
    assert frontier_of_size.root() == frontier.root() != again.root()


@pytest.mark.parametrize("index", [0, 1, 255, 256, 40_000, 65_535, 65_536, 69_900, SIZE - 1])
async def test_inclusion_reads_little(
    tree: Tree, frontier_and_kept: tuple[Frontier, Kept], index: int
) -> None:
    _, kept = frontier_and_kept
    kept.read = 0
    spans = inclusion_spans(index, SIZE)
    found = await hashes_of(cast("Database", kept), OURS, spans)
    assert found == tree.inclusion(index, SIZE)
    assert kept.read <= 4 * RANGE_MAX


@pytest.mark.parametrize(
    ("old", "new"), [(1, SIZE), (255, 256), (256, 65_536), (65_535, 65_537), (40_001, 69_999)]
)
async def test_consistency_reads_little(
    tree: Tree, frontier_and_kept: tuple[Frontier, Kept], old: int, new: int
) -> None:
    _, kept = frontier_and_kept
    kept.read = 0
    found = await hashes_of(cast("Database", kept), OURS, consistency_spans(old, new))
    assert found == tree.consistency(old, new)
    assert kept.read <= 6 * RANGE_MAX


async def test_what_is_gone_is_said(frontier_and_kept: tuple[Frontier, Kept]) -> None:
    _, kept = frontier_and_kept
    broken = Kept(kept.leaves[:100], kept.nodes)
    with pytest.raises(Unavailable, match="behind its back"):
        await hashes_of(cast("Database", broken), OURS, inclusion_spans(120, SIZE))


async def test_the_nodes_of_a_page_are_those_that_end_in_it(
    frontier_and_kept: tuple[Frontier, Kept],
) -> None:
    _, kept = frontier_and_kept
    nodes = await kept_nodes(cast("Database", kept), OURS, 65_000, 66_000)
    assert Node(16, 0) in nodes
    assert {Node(8, place) for place in range(253, 257)} <= nodes.keys()

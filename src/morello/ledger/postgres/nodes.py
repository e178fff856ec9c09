"""The tree as it is kept: leaves with their events, and the nodes of every eighth level.

Any node is folded from at most 256 kept ones below it, so a proof reads a few short ranges.
"""

import dataclasses
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, LiteralString

from morello.kernel.errors import Unavailable
from morello.ledger.proof.frontier import TILE_LEVELS
from morello.ledger.proof.merkle import Node, Span, fold, leaf_hash, node_hash, nodes
from morello.storage.postgres.database import Database

_LEAVES: Final[LiteralString] = """
    select 0 as level, event.position as place, event.leaf as hash
    from unnest(%(starts)s::bigint[], %(ends)s::bigint[]) as asked(first, beyond)
    join event on event.organization_id = %(organization)s
        and event.position >= asked.first and event.position < asked.beyond"""
_NODES: Final[LiteralString] = """
    select tree_node.level, tree_node.place, tree_node.hash
    from unnest(%(levels)s::bigint[], %(starts)s::bigint[], %(ends)s::bigint[])
        as asked(level, first, beyond)
    join tree_node on tree_node.organization_id = %(organization)s
        and tree_node.level = asked.level
        and tree_node.place >= asked.first and tree_node.place < asked.beyond"""

_Hashes = Mapping[tuple[int, int], bytes]
"""By level and place."""


@dataclasses.dataclass(slots=True)
class NodeRow:
    """A kept node, or a leaf: then `hash` is the leaf itself."""

    level: int
    place: int
    hash: bytes


async def hashes_of(
    database: Database, organization_id: uuid.UUID, spans: Sequence[Span]
) -> list[bytes]:
    """Return the hash of each span of leaves. Raises Unavailable if some of it is gone."""
    names = [nodes(span) for span in spans]
    ranges = {_kept_below(name) for each in names for name in each}
    found: dict[tuple[int, int], bytes] = {}
    for row in await _fetch(database, organization_id, ranges):
        found[row.level, row.place] = row.hash if row.level else leaf_hash(row.hash)
    try:
        return [fold([_folded(name, found) for name in each]) for each in names]
    except KeyError:
        raise Unavailable("ledger_damaged") from None


async def kept_nodes(
    database: Database, organization_id: uuid.UUID, start: int, end: int
) -> dict[Node, bytes]:
    """Return the kept nodes that are complete with one of the leaves from `start` to `end`."""
    ranges = {
        (level, start >> level, (end >> level) + 1) for level in range(TILE_LEVELS, 33, TILE_LEVELS)
    }
    rows = await _fetch(database, organization_id, ranges)
    return {Node(row.level, row.place): row.hash for row in rows}


def _kept_below(name: Node) -> tuple[int, int, int]:
    """Return the kept nodes a node is folded from: level, first, and the one beyond the last."""
    rise = name.level % TILE_LEVELS
    return name.level - rise, name.index << rise, (name.index + 1) << rise


def _folded(name: Node, found: _Hashes) -> bytes:
    level, first, beyond = _kept_below(name)
    row = [found[level, place] for place in range(first, beyond)]
    while len(row) > 1:
        row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
    return row[0]


async def _fetch(
    database: Database, organization_id: uuid.UUID, ranges: Iterable[tuple[int, int, int]]
) -> list[NodeRow]:
    leaves = [each for each in ranges if each[0] == 0]
    above = [each for each in ranges if each[0] > 0]
    rows: list[NodeRow] = []
    questions: tuple[tuple[LiteralString, list[tuple[int, int, int]]], ...] = (
        (_LEAVES, leaves),
        (_NODES, above),
    )
    for query, asked in questions:
        if asked:
            given = {
                "organization": organization_id,
                "levels": [level for level, _, _ in asked],
                "starts": [first for _, first, _ in asked],
                "ends": [beyond for _, _, beyond in asked],
            }
            rows += await database.fetch(organization_id, query, given, NodeRow)
    return rows

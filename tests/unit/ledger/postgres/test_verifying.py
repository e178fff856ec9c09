"""What a superuser of the database edits is found, however thoroughly."""

import hashlib
import struct
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from morello.kernel.errors import Unavailable
from morello.kernel.ids import new_id
from morello.ledger.event import NewEvent
from morello.ledger.postgres.log import PostgresLog
from morello.ledger.postgres.reading import PAGE_EVENTS
from morello.ledger.proof.claim import COMMITTED, digest
from morello.ledger.proof.frontier import Frontier
from morello.ledger.proof.leaf import Leaf
from morello.ledger.proof.merkle import leaf_hash

OURS = new_id()
SIZE = 600
New = Callable[..., NewEvent]
Superuser = Callable[..., Awaitable[list[tuple[Any, ...]]]]


@pytest.fixture
async def filled(log: PostgresLog, new_event: New) -> PostgresLog:
    await log.append(OURS, [new_event(stream=f"s{each % 7}") for each in range(SIZE)])
    await log.publication.publish()
    return log


async def found(log: PostgresLog) -> list[str]:
    verdict = await log.verify(OURS)
    assert verdict.ok is not bool(verdict.not_proven)
    return [each.id.removeprefix("ledger.not_proven.") for each in verdict.not_proven]


def rehashed(leaf: bytes, salts: bytes, body: bytes) -> bytes:
    """The leaf of an event whose result was changed to `body`."""
    place = COMMITTED.index("result")
    digests = list(Leaf.decode(leaf).digests)
    digests[place] = digest("result", salts[place * 16 : place * 16 + 16], body)
    return leaf[:32] + b"".join(digests)


async def test_an_honest_log_is_whole(filled: PostgresLog) -> None:
    verdict = await filled.verify(OURS)
    assert verdict.ok
    assert [each.parameters for each in verdict.proven] == [{"events": SIZE}, {"count": 1}]


async def test_a_log_of_several_pages_is_whole(log: PostgresLog, new_event: New) -> None:
    for _ in range(2):
        await log.append(OURS, [new_event() for _ in range(PAGE_EVENTS)])
    await log.append(OURS, [new_event()])
    shares = [each async for each in log.verifying(OURS)]
    assert [each for each in shares if isinstance(each, float)] == pytest.approx(
        [0.5, 1.0, 1.0], abs=0.01
    )
    assert await found(log) == []


@pytest.mark.parametrize(
    "change",
    [
        "what = '{}'",
        "kind = 'other'",
        "at = at + interval '1 s'",
        "at = '1960-01-01'",
        "person = 'other'",
        "sealed = '{1}'",
        "stream_version = 1000",
        "salts = set_byte(salts, 5, get_byte(salts, 5) # 1)",
        "salts = set_byte(salts, 111, get_byte(salts, 111) # 1)",
        "salts = ''",
    ],
)
async def test_a_changed_event_is_named(
    filled: PostgresLog, superuser: Superuser, change: str
) -> None:
    await superuser(f"update event set {change} where position = 7")  # noqa: S608 - constants only
    verdict = await filled.verify(OURS)
    assert [each.parameters.get("position") for each in verdict.not_proven] == [7]


async def test_a_changed_leaf_is_found(filled: PostgresLog, superuser: Superuser) -> None:
    await superuser(
        "update event set leaf = set_byte(leaf, 100, get_byte(leaf, 100) # 1) where position = 7"
    )
    assert (await found(filled))[0] == "altered"


async def test_a_changed_body_with_its_leaf_is_found(
    filled: PostgresLog, superuser: Superuser
) -> None:
    ((leaf, salts),) = await superuser("select leaf, salts from event where position = 7")
    forged = rehashed(leaf, salts, b"{}")
    await superuser(
        "update event set result = '{}', leaf = %(leaf)s where position = 7", leaf=forged
    )
    verdict = await filled.verify(OURS)
    assert verdict.not_proven[0].id == "ledger.not_proven.node"
    assert verdict.not_proven[0].parameters == {"first": 0, "last": 255}


async def test_a_history_written_anew_but_for_the_key_is_found(
    filled: PostgresLog, superuser: Superuser
) -> None:
    rows = await superuser("select leaf, salts from event order by position")
    leaves = [bytes(leaf) for leaf, _ in rows]
    leaves[7] = rehashed(leaves[7], rows[7][1], b"{}")
    frontier = Frontier()
    nodes = [node for leaf in leaves for node in frontier.append(leaf_hash(leaf))]
    await superuser(
        "update event set result = '{}', leaf = %(leaf)s where position = 7", leaf=leaves[7]
    )
    for node, hashed in nodes:
        await superuser(
            "update tree_node set hash = %(hash)s where level = %(level)s and place = %(place)s",
            hash=hashed,
            level=node.level,
            place=node.index,
        )
    await superuser("update tree_head set frontier = %(frontier)s", frontier=frontier.encode())
    assert await found(filled) == ["checkpoint", "published"]


async def test_a_forged_head_is_not_signed(
    filled: PostgresLog, superuser: Superuser, new_event: New
) -> None:
    """Else one would only have to wait for the writer to put its name to another history."""
    forged = Frontier()
    for each in range(SIZE):
        forged.append(hashlib.sha256(struct.pack(">Q", each)).digest())
    await superuser("update tree_head set frontier = %(frontier)s", frontier=forged.encode())
    with pytest.raises(Unavailable, match="behind its back"):
        await filled.append(OURS, [new_event()])
    theirs = new_id()
    assert await filled.append(theirs, [new_event()]) == [0]


@pytest.mark.parametrize(
    "change",
    [
        "size = size - 1",
        "size = size + 8",
        "frontier = set_byte(frontier, 5, get_byte(frontier, 5) # 1)",
        "seal = set_byte(seal, 5, get_byte(seal, 5) # 1)",
        "origin = origin || 'x'",
        "seal = null, note = 'x'",
    ],
)
async def test_a_head_that_was_edited_is_found_and_never_signed(
    filled: PostgresLog, superuser: Superuser, new_event: New, change: str
) -> None:
    event = await anext(filled.recent(OURS))
    await superuser(f"update tree_head set {change}")  # noqa: S608 - constants only
    assert "checkpoint" in await found(filled)
    with pytest.raises(Unavailable, match="behind its back"):
        await filled.checkpoint(OURS)
    with pytest.raises(Unavailable, match="behind its back"):
        await filled.receipt(OURS, event.id)
    with pytest.raises(Unavailable, match="behind its back"):
        await filled.append(OURS, [new_event()])
    assert await filled.publication.publish() == 0


async def test_a_head_from_before_there_were_seals_is_continued(
    filled: PostgresLog,
    open_log: Callable[[], Awaitable[PostgresLog]],
    superuser: Superuser,
    new_event: New,
) -> None:
    note = await filled.checkpoint(OURS)
    await superuser("update tree_head set seal = null, note = %(note)s", note=note)
    other = await open_log()
    assert await other.checkpoint(OURS) == note
    assert await found(other) == []
    assert await other.append(OURS, [new_event()]) == [SIZE]
    assert await superuser("select note from tree_head") == [(None,)]
    assert await found(filled) == []


async def test_a_missing_event_is_named(filled: PostgresLog, superuser: Superuser) -> None:
    await superuser("delete from event where position between 7 and 8")
    verdict = await filled.verify(OURS)
    assert verdict.not_proven[0].parameters == {"first": 7, "last": 8}


async def test_a_missing_tail_is_named(filled: PostgresLog, superuser: Superuser) -> None:
    await superuser("delete from event where position >= 500")
    verdict = await filled.verify(OURS)
    assert verdict.not_proven[0].parameters == {"first": 500, "last": SIZE - 1}


async def test_a_lost_log_is_found(filled: PostgresLog, superuser: Superuser) -> None:
    await superuser("truncate event, tree_head, tree_node, checkpoint")
    assert await found(filled) == ["published"]


async def test_a_log_set_back_is_found_by_what_was_published(
    log: PostgresLog, new_event: New, superuser: Superuser
) -> None:
    """Everything in the database is as it was some time ago: only the file knows better."""
    await log.append(OURS, [new_event() for _ in range(300)])
    await superuser("create table kept_head as table tree_head")
    await log.append(OURS, [new_event() for _ in range(10)])
    await log.publication.publish()
    assert await found(log) == []
    await superuser(
        "delete from event where position >= 300",
        "update tree_head set size = kept_head.size, frontier = kept_head.frontier,"
        " seal = kept_head.seal from kept_head",
        "delete from checkpoint",
    )
    assert await found(log) == ["published"]


async def test_a_head_set_back_is_found(
    log: PostgresLog, new_event: New, superuser: Superuser
) -> None:
    await log.append(OURS, [new_event() for _ in range(300)])
    await superuser("create table kept_head as table tree_head")
    await log.append(OURS, [new_event() for _ in range(10)])
    await superuser(
        "update tree_head set size = kept_head.size, frontier = kept_head.frontier,"
        " seal = kept_head.seal from kept_head"
    )
    assert "beyond" in await found(log)
    with pytest.raises(Unavailable, match="behind its back"):
        await log.append(OURS, [new_event()])


async def test_a_changed_node_is_found(filled: PostgresLog, superuser: Superuser) -> None:
    await superuser("update tree_node set hash = sha256(hash) where place = 1")
    verdict = await filled.verify(OURS)
    assert verdict.not_proven[0].parameters == {"first": 256, "last": 511}


async def test_a_torn_line_of_the_published_file_is_passed_over(filled: PostgresLog) -> None:
    (path,) = filled.publication._folder.iterdir()
    with path.open("ab") as stream:
        stream.write(b'{"at": "2026')
    assert await found(filled) == []
    assert path.stat().st_mode & 0o077 == 0

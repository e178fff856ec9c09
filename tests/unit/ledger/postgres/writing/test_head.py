"""Heads: only what we wrote is continued or signed."""

import dataclasses
import hashlib
from typing import Any

import pytest

from morello.kernel.errors import Unavailable
from morello.kernel.ids import new_id
from morello.ledger.postgres.writing.head import Heads, KeptHead, Signers
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.frontier import Frontier
from morello.storage.keys import MasterKeys

OURS = new_id()
KEY = MasterKeys.random().signing_key("ledger")


@pytest.fixture
def signers() -> Signers:
    return Signers(KEY, "morello.example")


@pytest.fixture
def kept(signers: Signers) -> KeptHead:
    frontier = Frontier()
    for each in range(11):
        frontier.append(hashlib.sha256(bytes([each])).digest())
    origin, encoded = signers.origin(OURS), frontier.encode()
    seal = signers.seal(OURS, origin, frontier.size, encoded)
    return KeptHead(OURS, origin, frontier.size, encoded, None, seal)


def test_a_sealed_head_is_signed(signers: Signers, kept: KeptHead) -> None:
    signed = Checkpoint.open(signers.sign(kept), signers.of(kept.origin).key)
    assert signed == signers.checkpoint(kept)
    assert signed.size == 11


def flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


def changes(head: KeptHead) -> list[dict[str, Any]]:
    assert head.seal is not None
    return [
        {"size": 13},  # as many binary ones
        {"size": 12},
        {"size": -1},
        {"frontier": flipped(head.frontier)},
        {"frontier": head.frontier[:-1]},
        {"seal": flipped(head.seal)},
        {"seal": b""},
        {"seal": None},
        {"seal": None, "note": "x"},
        {"origin": head.origin + "x"},
        {"organization_id": new_id()},
    ]


@pytest.mark.parametrize("number", range(11))
def test_a_head_that_we_did_not_write_is_not_signed(
    signers: Signers, kept: KeptHead, number: int
) -> None:
    forged = dataclasses.replace(kept, **changes(kept)[number])
    assert not signers.wrote(forged)
    with pytest.raises(Unavailable):
        signers.sign(forged)
    heads = Heads(signers)
    assert forged.organization_id not in heads.read([forged.organization_id], [forged])
    assert heads.damaged == {forged.organization_id}


def test_another_key_seals_nothing_for_us(kept: KeptHead) -> None:
    other = Signers(MasterKeys.random().signing_key("ledger"), "morello.example")
    assert not other.wrote(kept)


def test_a_head_from_before_there_were_seals_is_known_by_its_note(
    signers: Signers, kept: KeptHead
) -> None:
    old = dataclasses.replace(kept, note=signers.sign(kept), seal=None)
    assert signers.wrote(old)
    assert not signers.wrote(dataclasses.replace(old, frontier=flipped(old.frontier)))
    assert not signers.wrote(dataclasses.replace(old, size=13))


def test_what_grows_in_vain_changes_nothing(signers: Signers, kept: KeptHead) -> None:
    heads = Heads(signers)
    assert heads.known([OURS]) is None
    heads.wrote(heads.read([OURS], [kept]).values())
    for _ in range(2):
        known = heads.known([OURS])
        assert known is not None
        assert known[OURS].place(hashlib.sha256(b"x").digest()) == 11
    heads.forget()
    assert heads.known([OURS]) is None


def test_after_a_miss_heads_are_read_for_some_time(signers: Signers, kept: KeptHead) -> None:
    heads = Heads(signers)
    heads.missed()
    heads.wrote(heads.read([OURS], [kept]).values())
    tries = [heads.known([OURS]) is not None for _ in range(60)]
    assert tries == sorted(tries)
    assert tries[0] is False
    assert tries[-1] is True

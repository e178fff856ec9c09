"""Every bit of a receipt and of its evidence counts."""

from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.ledger.receipt import Receipt
from morello.ledger.verify import verify

ORGANIZATION = LOCAL_ORGANIZATION


@pytest.fixture
async def receipt(log: MemoryLog, new_event: Callable[..., NewEvent]) -> Receipt:
    events = [new_event(stream=f"call:{each}") for each in range(21)]
    await log.append(ORGANIZATION, events)
    return await log.receipt(ORGANIZATION, events[13].id)


async def test_a_receipt_verifies_and_says_that_its_key_came_along(receipt: Receipt) -> None:
    verdict = receipt.verify()
    assert verdict.ok
    assert verdict.not_proven[-1].id == "ledger.not_proven.key_came_along"
    trusted = receipt.verify(receipt.public_key)
    assert trusted.ok
    assert trusted.not_proven == verdict.not_proven[:-1]


@pytest.mark.slow
async def test_every_flipped_bit_of_the_text_is_found(receipt: Receipt) -> None:
    raw = receipt.text.encode()
    for bit in range(8 * len(raw)):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        verdict = verify(bytes(flipped), public_key=receipt.public_key)
        assert not verdict.ok, f"bit {bit} at {raw[: bit // 8 + 1][-30:]!r}"
        assert not verdict.proven


@pytest.mark.slow
async def test_every_flipped_bit_of_the_evidence_is_found(receipt: Receipt) -> None:
    raw = receipt.evidence.encode()
    for bit in range(8 * len(raw)):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        verdict = verify(receipt.text, public_key=receipt.public_key, evidence=bytes(flipped))
        assert not verdict.ok, f"bit {bit} at {raw[: bit // 8 + 1][-30:]!r}"


async def test_every_truncation_of_the_evidence_is_found(receipt: Receipt) -> None:
    for length in range(len(receipt.evidence)):
        cut = receipt.evidence[:length]
        assert not verify(receipt.text, public_key=receipt.public_key, evidence=cut).ok


async def test_a_stranger_can_verify_it_with_the_standards_in_hand(receipt: Receipt) -> None:
    """Nothing of ours: RFC 9162, section 2.1.3.2, and the three pages of C2SP."""
    head, _, note = receipt.text.partition("\n\n")
    _, extra, index, *path = head.split("\n")
    text, _, signature = note.rpartition("\n\n")
    _, size, root = text.split("\n")
    fn, sn = int(index.removeprefix("index ")), int(size) - 1
    r = sha256(b"\0" + b64decode(extra.removeprefix("extra "))).digest()
    for p in map(b64decode, path):
        if fn % 2 or fn == sn:
            r = sha256(b"\1" + p + r).digest()
            while fn % 2 == 0 and fn:
                fn, sn = fn // 2, sn // 2
        else:
            r = sha256(b"\1" + r + p).digest()
        fn, sn = fn // 2, sn // 2
    assert sn == 0
    assert r == b64decode(root)
    public = b64decode(receipt.public_key.split("+", 2)[2])[1:]
    signed = b64decode(signature.split()[-1])[4:]
    Ed25519PublicKey.from_public_bytes(public).verify(signed, f"{text}\n".encode())


async def test_the_receipt_of_another_event_does_not_carry_the_evidence(
    log: MemoryLog, new_event: Callable[..., NewEvent]
) -> None:
    first, second = new_event(), new_event()
    await log.append(ORGANIZATION, [first, second])
    mine = await log.receipt(ORGANIZATION, first.id)
    other = await log.receipt(ORGANIZATION, second.id)
    verdict = verify(mine.text, public_key=mine.public_key, evidence=other.evidence)
    assert not verdict.ok
    assert verdict.not_proven[0].id == "error.proof_failed.evidence_event"

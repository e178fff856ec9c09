"""What every log has to prove: receipts, checkpoints, and that it only ever grew."""

import uuid
from collections.abc import Awaitable, Callable

import pytest

from morello.kernel.errors import InvalidInput, ProofFailed
from morello.kernel.ids import new_id
from morello.ledger.event import NewEvent
from morello.ledger.log import Log
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.merkle import check_consistency
from morello.ledger.proof.note import Key
from morello.ledger.verify import verify

OURS = new_id()
SIZES = 70
RECEIPT_BYTES_MAX = 2048
New = Callable[..., NewEvent]
Tamper = Callable[[uuid.UUID, uuid.UUID, str, bytes], Awaitable[None]]


async def public_key(log: Log, new_event: New) -> Key:
    """The key of our log, learned from a receipt of it."""
    event = new_event()
    await log.append(OURS, [event])
    return Key.parse((await log.receipt(OURS, event.id)).public_key)


async def test_every_event_has_a_receipt_that_verifies(log: Log, new_event: New) -> None:
    events = [new_event(f"s{each}", result={"rows": each}) for each in range(SIZES)]
    await log.append(OURS, events)
    for event in events:
        receipt = await log.receipt(OURS, event.id)
        assert len(receipt.text.encode()) <= RECEIPT_BYTES_MAX
        verdict = receipt.verify()
        assert verdict.ok
        assert (verdict.event_id, verdict.at) == (event.id, event.at)
        assert verdict.claims["result"] == event.result
        assert verdict.claims["place"]["stream"] == event.stream


async def test_an_old_receipt_verifies_when_the_log_has_grown(log: Log, new_event: New) -> None:
    event = new_event()
    await log.append(OURS, [event])
    old = await log.receipt(OURS, event.id)
    await log.append(OURS, [new_event() for _ in range(100)])
    new = await log.receipt(OURS, event.id)
    assert old.text != new.text
    assert old.public_key == new.public_key
    assert old.verify(new.public_key).ok
    assert new.verify(old.public_key).ok


async def test_only_chosen_groups_are_disclosed(log: Log, new_event: New) -> None:
    event = new_event(query={"sql": "secret"}, result={"rows": 3})
    await log.append(OURS, [event])
    receipt = await log.receipt(OURS, event.id, disclose=("result",))
    assert "secret" not in receipt.text + receipt.evidence
    assert receipt.verify().claims == {"result": {"rows": 3}}
    with pytest.raises(InvalidInput):
        await log.receipt(OURS, event.id, disclose=("personal",))


@pytest.mark.slow
async def test_every_pair_of_sizes_is_consistent(log: Log, new_event: New) -> None:
    key = await public_key(log, new_event)
    checkpoints = [Checkpoint.open(await log.checkpoint(OURS), key)]
    while checkpoints[-1].size < SIZES:
        await log.append(OURS, [new_event()])
        checkpoints.append(Checkpoint.open(await log.checkpoint(OURS), key))
    assert [each.size for each in checkpoints] == list(range(1, SIZES + 1))
    for new in checkpoints:
        for old in checkpoints[: new.size]:
            proof = await log.consistency(OURS, old.size, new.size)
            check_consistency(old.size, new.size, proof, old.root, new.root)
            if proof:
                with pytest.raises(ProofFailed):
                    check_consistency(old.size, new.size, proof, new.root, old.root)


@pytest.mark.parametrize("sizes", [(-1, 0), (1, 0), (0, 4), (4, 4)])
async def test_sizes_that_never_were_are_refused(
    log: Log, new_event: New, sizes: tuple[int, int]
) -> None:
    await log.append(OURS, [new_event() for _ in range(3)])
    with pytest.raises(InvalidInput):
        await log.consistency(OURS, *sizes)


async def test_the_receipt_of_a_changed_event_fails(
    log: Log, new_event: New, tamper: Tamper
) -> None:
    event = new_event(result={"rows": 3})
    await log.append(OURS, [event])
    await tamper(OURS, event.id, "result", b'{"rows":4}')
    receipt = await log.receipt(OURS, event.id)
    verdict = verify(receipt.text, public_key=receipt.public_key, evidence=receipt.evidence)
    assert not verdict.ok
    assert verdict.not_proven[0].id == "ledger.not_proven.claim"

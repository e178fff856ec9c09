"""Verdicts on receipts, by this installation's key or another."""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from morello.kernel.context import Context
from morello.kernel.ids import LOCAL_ORGANIZATION
from morello.kernel.values import Blob
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.ledger.receipt import Receipt
from morello.ledger.verdict import Verdict
from morello.storage.keys import MasterKeys
from morello.tools.audit.verify import verify_receipt

CONTENT = b"city,visitors\nSeoul,120\n"


@pytest.fixture
async def kept(
    log: MemoryLog, asking: Callable[..., Context], call_of: Callable[..., NewEvent]
) -> Receipt:
    versions = {"tiny": {"source_sha256": hashlib.sha256(CONTENT).hexdigest()}}
    event = call_of(asking(), versions=versions)
    await log.append(LOCAL_ORGANIZATION, [event])
    return await log.receipt(LOCAL_ORGANIZATION, event.id)


Ask = Callable[..., Awaitable[Verdict]]


@pytest.fixture
def ask(asking: Callable[..., Context], keys: MasterKeys) -> Ask:
    async def run(keys: MasterKeys = keys, **given: object) -> Verdict:
        request = verify_receipt.validate(given)
        verdict: Verdict = await verify_receipt.run(request, asking(), keys=keys)
        return verdict

    return run


async def test_the_example_verifies(ask: Ask) -> None:
    verdict = await ask(**verify_receipt.example)
    assert verdict.ok
    assert len(verdict.proven) == 2


async def test_without_a_key_it_is_held_against_our_own(ask: Ask, kept: Receipt) -> None:
    verdict = await ask(receipt=kept.text, evidence=kept.evidence)
    assert verdict.ok
    assert "versions" in verdict.claims
    assert verdict == await ask(receipt=kept.text, evidence=kept.evidence, key=kept.public_key)


async def test_a_receipt_of_another_installation_is_said_to_be_one(ask: Ask, kept: Receipt) -> None:
    verdict = await ask(receipt=kept.text, evidence=kept.evidence, keys=MasterKeys.random())
    assert not verdict.ok
    assert not verdict.proven
    assert [each.id for each in verdict.not_proven] == ["ledger.not_proven.foreign"]
    edited = await ask(receipt=kept.text.replace("index 0", "index 1"))
    assert [each.id for each in edited.not_proven] == ["error.proof_failed.path"]


@pytest.mark.parametrize("receipt", ["", "x", "c2sp.org/tlog-proof@v1\n\n", "\n" * 1_000_000])
async def test_a_bad_receipt_gives_a_verdict(ask: Ask, receipt: str) -> None:
    for key in (None, "", "key", "+" * 1000):
        verdict = await ask(receipt=receipt, evidence=receipt, key=key)
        assert not verdict.ok
        assert verdict.not_proven


async def test_files_and_texts_are_read_alike(ask: Ask, kept: Receipt, tmp_path: Path) -> None:
    path = tmp_path / "r.tlog"
    path.write_text(kept.text)
    for receipt in (kept.text, {"name": "r.tlog", "text": kept.text}, Blob.from_path(path)):
        assert (await ask(receipt=receipt)).ok


async def test_a_data_file_is_compared(ask: Ask, kept: Receipt) -> None:
    same, other = (Blob.of("tiny.csv", each, "text/csv") for each in (CONTENT, CONTENT + b"x"))
    verdict = await ask(receipt=kept.text, evidence=kept.evidence, file=same)
    assert verdict.ok
    assert verdict.proven[-1].id == "ledger.proven.file"
    assert not (await ask(receipt=kept.text, evidence=kept.evidence, file=other)).ok
    assert not (await ask(receipt=kept.text, file=same)).ok


async def test_no_more_of_a_long_file_is_read_than_needed(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as stream:
        stream.truncate(1 << 40)  # sparse: there is no such memory
    verdict = await ask(receipt=Blob.from_path(path))
    assert verdict.not_proven[0].id == "error.proof_failed.proof_size"

"""What the offline verifier says, and that nothing makes it fall over."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.messages import REVIEWED, catalog, render
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.ledger.proof.claim import GROUPS
from morello.ledger.receipt import Receipt
from morello.ledger.verdict import Verdict
from morello.ledger.verify import verify
from morello.storage.keys import MasterKeys

ORGANIZATION = LOCAL_ORGANIZATION
FILE = "ab" * 32


def ids(verdict: Verdict) -> list[str]:
    return [each.id.removeprefix("ledger.") for each in (*verdict.proven, *verdict.not_proven)]


@pytest.fixture
async def receipt(log: MemoryLog, new_event: Callable[..., NewEvent]) -> Receipt:
    event = new_event(versions={"orders": {"files": [{"sha256": FILE}]}})
    await log.append(ORGANIZATION, [event])
    return await log.receipt(ORGANIZATION, event.id)


async def test_it_says_what_was_proven_and_what_was_not(receipt: Receipt) -> None:
    verdict = verify(receipt.text, public_key=receipt.public_key, evidence=receipt.evidence)
    assert verdict.ok
    assert ids(verdict) == [
        "proven.logged",
        "proven.signed",
        "proven.disclosed",
        "disclosed.what",
        "disclosed.query",
        "disclosed.result",
        "not_proven.witness",
        "not_proven.machine_key",
        "not_proven.time",
    ]
    assert len(verdict.proven[2].parameters["groups"]) == len(GROUPS) == len(verdict.claims)
    assert verdict.claims["query"] == {"sql": "select 1"}
    assert verdict.claims["what"] == {"tool": "data.query"}
    assert verdict.claims["place"]["kind"] == "call.succeeded"


async def test_it_says_so_in_words_of_every_language(receipt: Receipt) -> None:
    verdict = verify(receipt.text, public_key=receipt.public_key)
    assert "not disclosed: the kind" in render(verdict.not_proven[0]).lower()
    for language in REVIEWED:
        for message in (*verdict.proven, *verdict.not_proven):
            assert message.id in catalog(language)
            assert "{" not in render(message, language)


async def test_without_evidence_the_groups_are_named_as_undisclosed(receipt: Receipt) -> None:
    verdict = verify(receipt.text, public_key=receipt.public_key)
    assert verdict.ok
    assert verdict.not_proven[0].id == "ledger.not_proven.undisclosed"
    assert len(verdict.not_proven[0].parameters["groups"]) == len(GROUPS)
    assert verdict.claims == {}


async def test_a_chosen_group_discloses_no_other(
    log: MemoryLog, new_event: Callable[..., NewEvent]
) -> None:
    event = new_event()
    await log.append(ORGANIZATION, [event])
    receipt = await log.receipt(ORGANIZATION, event.id, disclose=["result"])
    assert "select 1" not in receipt.evidence
    verdict = receipt.verify()
    assert verdict.ok
    assert verdict.claims == {"result": event.result}


async def test_a_file_on_record_is_recognised(receipt: Receipt) -> None:
    def compared(file: str, evidence: str | None) -> Verdict:
        key = receipt.public_key
        return verify(receipt.text, public_key=key, evidence=evidence, file_sha256=file)

    assert "proven.file" in ids(compared(FILE.upper(), receipt.evidence))
    for file, evidence in (("cd" * 31 + "00", receipt.evidence), (FILE, None)):
        verdict = compared(file, evidence)
        assert not verdict.ok
        assert verdict.not_proven[0].id == "ledger.not_proven.file"


async def test_another_machines_key_does_not_verify(
    receipt: Receipt, new_event: Callable[..., NewEvent]
) -> None:
    other = MemoryLog(MasterKeys.random())
    event = new_event()
    await other.append(ORGANIZATION, [event])
    key = (await other.receipt(ORGANIZATION, event.id)).public_key
    verdict = receipt.verify(key)
    assert not verdict.ok
    assert verdict.not_proven[0].id == "error.proof_failed.other_key"


async def test_the_key_of_another_organization_does_not_verify(
    log: MemoryLog, receipt: Receipt, new_event: Callable[..., NewEvent]
) -> None:
    event, other = new_event(), new_id()
    await log.append(other, [event])
    key = (await log.receipt(other, event.id)).public_key
    assert not receipt.verify(key).ok


@pytest.mark.parametrize(
    "evidence",
    [b"", b"{}", b"null", b"\xff", "\ud800", "[" * 1_000_000, '{"event":' * 10_000, b"9" * 5000],
    ids=range(8),
)
async def test_hostile_evidence_fails_in_words(receipt: Receipt, evidence: str | bytes) -> None:
    verdict = verify(receipt.text, public_key=receipt.public_key, evidence=evidence)
    assert not verdict.ok
    assert verdict.proven, "the receipt itself is proven all the same"
    assert render(verdict.not_proven[0]) != verdict.not_proven[0].id


@given(st.text() | st.binary(), st.text())
def test_whatever_is_given_gets_a_verdict(text: str | bytes, key: str) -> None:
    verdict = verify(text, public_key=key, evidence=text, file_sha256=key)
    assert not verdict.ok
    assert render(verdict.not_proven[0]) != verdict.not_proven[0].id


KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        "\ud800",
        "\n" * 1_000_000,
        "c2sp.org/tlog-proof@v1\n" + "A" * 10_000_000,
        "c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n\n\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 9999999999999999999\n\nx\n\n— a AAAAAAAA\n",
    ],
    ids=range(7),
)
def test_hostile_receipts_fail_in_words(text: str | bytes) -> None:
    verdict = verify(text, public_key=KEY)
    assert not verdict.ok
    assert not verdict.proven
    assert render(verdict.not_proven[0]) != verdict.not_proven[0].id

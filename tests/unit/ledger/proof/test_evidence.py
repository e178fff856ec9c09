"""Evidence: what is disclosed, and nothing else."""

import datetime
import json
import uuid
from typing import Any

import pytest

from morello.kernel.errors import ProofFailed
from morello.ledger.proof import canonical
from morello.ledger.proof.claim import COMMITTED, digest
from morello.ledger.proof.evidence import EVIDENCE_BYTES_MAX, Disclosure, Evidence
from morello.ledger.proof.leaf import Leaf

EVENT = uuid.UUID(int=3)
SALT = bytes(range(16))
EVIDENCE = Evidence(EVENT, {"who": Disclosure(SALT, {"subject": "ann"})})
LEAF = Leaf(
    EVENT,
    datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    tuple(digest(group, SALT, b'{"subject":"ann"}') for group in COMMITTED),
)


def test_evidence_reads_back() -> None:
    assert Evidence.parse(str(EVIDENCE).encode()) == EVIDENCE
    assert EVIDENCE.matches("who", LEAF)


def test_another_value_salt_or_group_does_not_match() -> None:
    for name, disclosure in (
        ("who", Disclosure(SALT, {"subject": "bob"})),
        ("who", Disclosure(bytes(16), {"subject": "ann"})),
    ):
        assert not Evidence(EVENT, {name: disclosure}).matches(name, LEAF)
    swapped = Leaf(LEAF.event_id, LEAF.at, LEAF.digests[1:] + LEAF.digests[:1])
    assert not EVIDENCE.matches("who", swapped)


def test_evidence_of_another_event_is_refused() -> None:
    with pytest.raises(ProofFailed, match="another event"):
        Evidence(uuid.UUID(int=4), {}).check_event(LEAF)


def changed(**changes: Any) -> Any:
    return {**json.loads(str(EVIDENCE)), **changes}


SALT_TEXT = "AAECAwQFBgcICQoLDA0ODw=="


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "text",
        {},
        changed(format="morello/evidence@v2"),
        changed(extra=1),
        changed(event=5),
        changed(event="x"),
        changed(event=str(EVENT).upper().replace("-", "")),
        changed(groups=[]),
        changed(groups={"personal": {"salt": SALT_TEXT, "value": {}}}),
        changed(groups={"other": {"salt": SALT_TEXT, "value": {}}}),
        changed(groups={"who": 1}),
        changed(groups={"who": {"salt": SALT_TEXT}}),
        changed(groups={"who": {"salt": SALT_TEXT, "value": {}, "more": 1}}),
        changed(groups={"who": {"salt": SALT_TEXT, "value": []}}),
        changed(groups={"who": {"salt": 1, "value": {}}}),
        changed(groups={"who": {"salt": "AAAA", "value": {}}}),
        changed(groups={"who": {"salt": "AAECAwQFBgcICQoLDA0ODx==", "value": {}}}),
    ],
)
def test_malformed_evidence_is_refused(said: Any) -> None:
    with pytest.raises(ProofFailed):
        Evidence.parse(canonical.encode(said))


def test_more_than_the_limit_is_not_even_read() -> None:
    with pytest.raises(ProofFailed, match="at most"):
        Evidence.parse(b"[" * (EVIDENCE_BYTES_MAX + 1))

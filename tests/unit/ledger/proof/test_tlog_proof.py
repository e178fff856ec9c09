"""The proof's text, its limits, and its size in a log of ten million events."""

import hashlib
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from morello.kernel.errors import ProofFailed
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.leaf import LEAF_BYTES
from morello.ledger.proof.merkle import (
    PATH_HASHES_MAX,
    Span,
    fold,
    inclusion_spans,
    leaf_hash,
    nodes,
    root_of_inclusion,
)
from morello.ledger.proof.note import Signer
from morello.ledger.proof.origin import LOCAL_HOST, key_name
from morello.ledger.proof.tlog_proof import PROOF_BYTES_MAX, TlogProof

LEAF = bytes(LEAF_BYTES)
RECEIPT_BYTES_MAX = 2048
NAME = key_name(LOCAL_HOST, uuid.UUID(int=1))
SIGNER = Signer(NAME, Ed25519PrivateKey.from_private_bytes(bytes(32)))


def in_a_log_of(size: int, index: int) -> TlogProof:
    """A proof as a log of this size gives it; the other nodes are made up."""

    def hashed(span: Span) -> bytes:
        return fold([hashlib.sha256(f"{each}".encode()).digest() for each in nodes(span)])

    path = tuple(hashed(span) for span in inclusion_spans(index, size))
    root = root_of_inclusion(leaf_hash(LEAF), index, size, path)
    note = SIGNER.sign(str(Checkpoint(f"{NAME}/{uuid.UUID(int=2)}", size, root)))
    return TlogProof(LEAF, index, path, note)


@pytest.mark.parametrize("size", [1, 2, 1000, 10_000_000])
def test_a_receipt_has_at_most_two_kilobytes_up_to_ten_million_events(size: int) -> None:
    for index in {0, size // 3, size // 2, size - 1}:
        proof = in_a_log_of(size, index)
        text = str(proof)
        assert len(text.encode()) <= RECEIPT_BYTES_MAX
        read = TlogProof.parse(text)
        assert read == proof
        assert read.check(SIGNER.key).size == size


def test_the_longest_receipt_of_ten_million_events() -> None:
    assert len(str(in_a_log_of(10_000_000, 8_000_000)).encode()) == 1760


def test_a_path_of_another_place_or_log_is_refused() -> None:
    proof = in_a_log_of(1000, 600)
    for index in (0, 599, 601, 999, 1000):
        with pytest.raises(ProofFailed):
            TlogProof(LEAF, index, proof.path, proof.checkpoint).check(SIGNER.key)
    with pytest.raises(ProofFailed):
        TlogProof(LEAF, 600, proof.path, in_a_log_of(999, 600).checkpoint).check(SIGNER.key)


TEXT = str(in_a_log_of(5, 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\n",
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("extra ", ""),
        TEXT.replace("extra ", "extra  "),
        TEXT.replace("index 1", "index 01"),
        TEXT.replace("index 1", "index -1"),
        TEXT.replace("index 1", "index 1 "),
        TEXT.replace("index 1", "index \uff11"),  # int() would read it
        TEXT.replace("index 1\n", ""),
        TEXT.replace("index 1\n", "index 1\nAAAA\n"),
        TEXT.replace("index 1\n", "index 1\n" + "A" * 43 + "=\n"),
        TEXT.replace("index 1\n", "index 1\n" + ("A" * 43 + "=\n") * PATH_HASHES_MAX),
        TEXT.replace("\n\n", "\n\n\n", 1),
        TEXT + "\n",
        TEXT + " ",
        TEXT[:-1],
        "\ufeff" + TEXT,
        TEXT + "x" * PROOF_BYTES_MAX,
        "c2sp.org/tlog-proof@v1\n" * 100_000,
    ],
    ids=range(23),
)
def test_a_malformed_proof_is_refused(text: str) -> None:
    with pytest.raises(ProofFailed):
        TlogProof.parse(text).check(SIGNER.key)


def test_more_than_the_limit_is_not_even_taken_apart() -> None:
    with pytest.raises(ProofFailed, match="at most"):
        TlogProof.parse("\n" * (PROOF_BYTES_MAX + 1))


def test_every_truncation_is_refused() -> None:
    for length in range(len(TEXT)):
        with pytest.raises(ProofFailed):
            TlogProof.parse(TEXT[:length]).check(SIGNER.key)

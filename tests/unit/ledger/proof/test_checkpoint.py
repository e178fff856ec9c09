"""Checkpoints: three lines under a signature."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from morello.kernel.errors import ProofFailed
from morello.ledger.proof.checkpoint import Checkpoint, number
from morello.ledger.proof.note import Note, Signer

# The example of c2sp.org/tlog-checkpoint.
EXAMPLE = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""  # noqa: E501 - as published
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


def test_the_published_example_reads_back() -> None:
    text = Note.parse(EXAMPLE).text
    checkpoint = Checkpoint.parse(text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert str(checkpoint) == text


def test_extension_lines_are_passed_over() -> None:
    assert Checkpoint.parse(f"log\n0\n{ROOT}\nextension\n").size == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log\n5\n{ROOT}",
        "log\n5\n",
        f"\n5\n{ROOT}\n",
        f"log\n05\n{ROOT}\n",
        f"log\n+5\n{ROOT}\n",
        f"log\n\u0665\n{ROOT}\n",
        f"log\n5 \n{ROOT}\n",
        f"log\n5\n{ROOT[:-1]}\n",
        "log\n5\nAAAA\n",
        f"log\n5\n{ROOT}\n\nextension\n",
        f"log\n{'9' * 20}\n{ROOT}\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ProofFailed):
        Checkpoint.parse(text)


def test_a_key_that_may_not_sign_for_the_origin_is_refused() -> None:
    signer = Signer("a.example/1", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    for origin in ("a.example/1", "a.example/1/run"):
        note = signer.sign(str(Checkpoint(origin, 3, bytes(32))))
        assert Checkpoint.open(note, signer.key).origin == origin
    note = signer.sign(str(Checkpoint("a.example/2", 3, bytes(32))))
    with pytest.raises(ProofFailed, match="may not sign"):
        Checkpoint.open(note, signer.key)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("7", 7), ("9" * 19, 10**19 - 1)])
def test_numbers(text: str, value: int) -> None:
    assert number(text) == value

"""Signed notes, against the example of c2sp.org/signed-note."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from morello.kernel.errors import ProofFailed
from morello.ledger.proof.note import NOTE_BYTES_MAX, SIGNATURES_MAX, Key, Note, Signer

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """\
This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""  # noqa: E501 - as published
STRANGER = "— witness.example TnKKVHLXAAAA\n"


def signer(name: str = "example.com/log") -> Signer:
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes(32)))


def test_the_published_example_verifies() -> None:
    note = Note.parse(EXAMPLE)
    note.check(Key.parse(EXAMPLE_KEY))
    assert note.text == "This is an example message.\n"
    assert str(Key.parse(EXAMPLE_KEY)) == EXAMPLE_KEY


def test_every_flipped_bit_of_the_example_is_found() -> None:
    key, raw = Key.parse(EXAMPLE_KEY), EXAMPLE.encode()
    for bit in range(8 * len(raw)):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((ProofFailed, UnicodeDecodeError)):
            Note.parse(flipped.decode()).check(key)


def test_every_flipped_bit_of_a_key_is_found() -> None:
    raw = EXAMPLE_KEY.encode()
    for bit in range(8 * len(raw)):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((ProofFailed, UnicodeDecodeError)):
            Key.parse(flipped.decode())


def test_what_is_signed_verifies_and_signing_is_deterministic() -> None:
    text = "first\n\nlast\n"
    signed = signer().sign(text)
    assert signed == signer().sign(text)
    note = Note.parse(signed)
    assert note.text == text
    note.check(signer().key)


def test_signatures_of_strangers_are_passed_over() -> None:
    Note.parse(EXAMPLE + STRANGER * 15).check(Key.parse(EXAMPLE_KEY))


def test_another_key_is_named_as_such() -> None:
    with pytest.raises(ProofFailed, match="by another one"):
        Note.parse(EXAMPLE).check(signer("example.com/foo").key)


def test_a_key_signs_once() -> None:
    line = EXAMPLE.splitlines(keepends=True)[-1]
    with pytest.raises(ProofFailed):
        Note.parse(EXAMPLE + line).check(Key.parse(EXAMPLE_KEY))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n\n— name AAAAAAAA",
        "\n\n— name AAAAAAAA\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n—name AAAAAAAA\n",
        "text\n\n— name\n",
        "text\n\n—  AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— na\u2003me AAAAAAAA\n",
        "text\n\n— name AAAAAA==\n",
        "text\n\n— name AAAAAAB=\n",
        "te\rxt\n\n— name AAAAAAAA\n",
        "te\0xt\n\n— name AAAAAAAA\n",
        "text\n\n" + STRANGER * (SIGNATURES_MAX + 1),
        "x" * NOTE_BYTES_MAX + "\n\n" + STRANGER,
        "\ud800\n\n" + STRANGER,
    ],
    ids=range(20),
)
def test_a_malformed_note_is_refused(note: str) -> None:
    with pytest.raises(ProofFailed):
        Note.parse(note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "++",
        "name",
        "name+530d903a",
        EXAMPLE_KEY + "\n",
        EXAMPLE_KEY + "+",
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY.replace("foo", "fou"),
        EXAMPLE_KEY.replace("example.com/foo", ""),
        EXAMPLE_KEY.replace("Aeky", "Beky"),
    ],
)
def test_a_malformed_key_is_refused(text: str) -> None:
    with pytest.raises(ProofFailed):
        Key.parse(text)

"""Signed notes (c2sp.org/signed-note) with Ed25519 keys: a text and the lines that sign it."""

import dataclasses
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from morello.kernel.errors import ProofFailed
from morello.ledger.proof import base64_text

NOTE_BYTES_MAX = 128 << 10
"""Room for the 16 post-quantum signatures that a verifier has to bear."""

SIGNATURES_MAX = 32
KEY_LENGTH_MAX = 1_000

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_PUBLIC_KEY_BYTES = 32
_DASH = "\N{EM DASH} "


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """A key that a verifier knows: its name, and 32 bytes of Ed25519 (RFC 8032)."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _is_key_name(self.name) or len(self.public) != _PUBLIC_KEY_BYTES:
            raise ProofFailed("public_key")

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(named).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        """Return the verifier key: name, key id in hex, type and key in base64, joined by `+`."""
        return f"{self.name}+{self.id.hex()}+{base64_text.encode(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read a verifier key. Raises ProofFailed when it is not exactly one for Ed25519."""
        if len(text) > KEY_LENGTH_MAX:
            raise ProofFailed("public_key")
        name, _, rest = text.partition("+")
        identifier, _, encoded = rest.partition("+")
        material = base64_text.decode(encoded)
        if material[:1] != _ED25519:
            raise ProofFailed("public_key")
        key = cls(name, material[1:])
        if key.id.hex() != identifier:
            raise ProofFailed("public_key")
        return key


@dataclasses.dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: who signed, and the bytes, which mean nothing until verified."""

    name: str
    key_id: bytes
    signed: bytes

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Read `— name base64`. Raises ProofFailed."""
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        data = base64_text.decode(encoded)
        if not line.startswith(_DASH) or not _is_key_name(name) or len(data) <= _KEY_ID_BYTES:
            raise ProofFailed("note")
        return cls(name, data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """A text, newline at its end, and its signatures. Trust no word of it before `check`."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: str) -> "Note":
        """Take a note apart. Raises ProofFailed when it is malformed or over a limit."""
        if not _is_note_text(note):
            raise ProofFailed("note")
        text, blank, signed = note.rpartition("\n\n")
        lines = signed.split("\n")
        if not blank or not text or lines.pop() != "" or not 0 < len(lines) <= SIGNATURES_MAX:
            raise ProofFailed("note")
        return cls(text + "\n", tuple(Signature.parse(line) for line in lines))

    def check(self, key: Key) -> None:
        """Raise ProofFailed unless `key` signed the text, once and rightly.

        Signatures of other keys are passed over, as the specification demands.
        """
        own = [each for each in self.signatures if (each.name, each.key_id) == (key.name, key.id)]
        if not own:
            raise ProofFailed("other_key", key=key.name, key_id=key.id.hex())
        if len(own) > 1:
            raise ProofFailed("note")
        try:
            verifier = Ed25519PublicKey.from_public_bytes(key.public)
            verifier.verify(own[0].signed, self.text.encode("utf-8"))
        except (InvalidSignature, ValueError):
            raise ProofFailed("signature", key=key.name, key_id=key.id.hex()) from None


class Signer:
    """Signs notes under a name."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.key = Key(name, private.public_key().public_bytes_raw())
        self._key_id = self.key.id

    def sign(self, text: str) -> str:
        """Return the note: the text, a blank line and the signature."""
        assert text.endswith("\n"), "a note's text ends its last line"
        signature = self._key_id + self._private.sign(text.encode("utf-8"))
        return f"{text}\n{_DASH}{self.key.name} {base64_text.encode(signature)}\n"


def _is_note_text(note: str) -> bool:
    try:
        size_bytes = len(note.encode("utf-8"))
    except UnicodeEncodeError:
        return False
    return size_bytes <= NOTE_BYTES_MAX and not any(
        letter < " " and letter != "\n" for letter in note
    )


def _is_key_name(name: str) -> bool:
    return bool(name) and not any(
        letter.isspace() or letter == "+" or letter < " " for letter in name
    )

"""Checkpoints (c2sp.org/tlog-checkpoint): a log's size and root, as the text of a signed note."""

import dataclasses
import re

from morello.kernel.errors import ProofFailed
from morello.ledger.proof import base64_text
from morello.ledger.proof.merkle import HASH_BYTES
from morello.ledger.proof.note import Key, Note
from morello.ledger.proof.origin import may_sign

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_LINES = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """Return the note text."""
        return f"{self.origin}\n{self.size}\n{base64_text.encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note text; extension lines are passed over. Raises ProofFailed."""
        *lines, end = text.split("\n")
        if end or len(lines) < _LINES or not all(lines):
            raise ProofFailed("checkpoint")
        origin, size, root = lines[:_LINES]
        checkpoint = cls(origin, number(size), base64_text.decode(root))
        if len(checkpoint.root) != HASH_BYTES:
            raise ProofFailed("checkpoint")
        return checkpoint

    @classmethod
    def open(cls, note: str, key: Key) -> "Checkpoint":
        """Read a checkpoint that `key` signed and may sign for. Raises ProofFailed."""
        opened = Note.parse(note)
        opened.check(key)
        checkpoint = cls.parse(opened.text)
        if not may_sign(key.name, checkpoint.origin):
            raise ProofFailed("origin", origin=checkpoint.origin, key=key.name)
        return checkpoint


def number(text: str) -> int:
    """Read a count below 10^19, in ASCII digits without leading zeroes. Raises ProofFailed."""
    if _NUMBER.fullmatch(text) is None:
        raise ProofFailed("number", text=text[:40])
    return int(text)

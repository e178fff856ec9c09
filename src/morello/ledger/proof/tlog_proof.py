"""Transparency log proofs (c2sp.org/tlog-proof): a leaf's way to a signed checkpoint, as text."""

import dataclasses

from morello.kernel.errors import ProofFailed
from morello.ledger.proof import base64_text
from morello.ledger.proof.checkpoint import Checkpoint, number
from morello.ledger.proof.merkle import HASH_BYTES, check_inclusion, leaf_hash
from morello.ledger.proof.note import NOTE_BYTES_MAX, Key

PROOF_BYTES_MAX = NOTE_BYTES_MAX + (8 << 10)
"""The note, and room for 64 hashes and the extra data."""

_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = "index "
_LINES_MIN = 3


@dataclasses.dataclass(frozen=True, slots=True)
class TlogProof:
    """A proof, taken apart but not believed."""

    extra: bytes
    """Our leaf; it is what the proof is about, so a proof without it is none of ours."""
    index: int
    path: tuple[bytes, ...]
    """From the leaf's sibling up to the root's child."""
    checkpoint: str
    """The signed note, verbatim."""

    def __str__(self) -> str:
        """Return the proof as text."""
        lines = [
            _HEADER,
            _EXTRA + base64_text.encode(self.extra),
            f"{_INDEX}{self.index}",
            *(base64_text.encode(each) for each in self.path),
        ]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def parse(cls, text: str) -> "TlogProof":
        """Take a proof apart. Raises ProofFailed when it is malformed or over a limit."""
        if len(text) > PROOF_BYTES_MAX:
            raise ProofFailed("proof_size", bytes_max=PROOF_BYTES_MAX)
        head, _, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if len(lines) < _LINES_MIN:
            raise ProofFailed("proof_form")
        header, extra, index, *path = lines
        if header != _HEADER or not extra.startswith(_EXTRA) or not index.startswith(_INDEX):
            raise ProofFailed("proof_form")
        hashes = tuple(base64_text.decode(line) for line in path)
        if any(len(each) != HASH_BYTES for each in hashes):
            raise ProofFailed("proof_form")
        return cls(
            extra=base64_text.decode(extra.removeprefix(_EXTRA)),
            index=number(index.removeprefix(_INDEX)),
            path=hashes,
            checkpoint=checkpoint,
        )

    def check(self, key: Key) -> Checkpoint:
        """Return the checkpoint that `key` signed and the extra data is a leaf of.

        Raises ProofFailed.
        """
        checkpoint = Checkpoint.open(self.checkpoint, key)
        check_inclusion(
            leaf_hash(self.extra), self.index, checkpoint.size, self.path, checkpoint.root
        )
        return checkpoint

"""The offline verifier: a receipt, a public key, perhaps evidence and a file; no log, no network.

It follows c2sp.org/tlog-proof: compute the leaf hash, check origin and signature of the
checkpoint, check the inclusion proof. Then it opens what the evidence discloses.
"""

from typing import Any

from morello.kernel.errors import ProofFailed
from morello.kernel.messages import Message
from morello.ledger import disclosure
from morello.ledger.proof.canonical import is_array, is_object
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.claim import GROUPS
from morello.ledger.proof.evidence import Evidence
from morello.ledger.proof.leaf import Leaf
from morello.ledger.proof.note import Key, Note
from morello.ledger.proof.origin import is_local, key_name_of
from morello.ledger.proof.tlog_proof import TlogProof
from morello.ledger.verdict import Verdict


def verify(
    text: str | bytes,
    *,
    public_key: str,
    evidence: str | bytes | None = None,
    file_sha256: str | None = None,
) -> Verdict:
    """Say what a receipt proves to somebody who trusts `public_key`, a C2SP verifier key.

    `file_sha256` (64 hex digits) is looked for in what the evidence discloses.
    Whatever the texts hold, the answer is a verdict.
    """
    try:
        key = Key.parse(public_key)
        proof = TlogProof.parse(_text(text))
        checkpoint = proof.check(key)
        leaf = Leaf.decode(proof.extra)
    except ProofFailed as failure:
        return Verdict.failed(failure)
    examination = _Examination(leaf)
    examination.logged(proof, checkpoint, key)
    examination.open(evidence)
    if file_sha256 is not None:
        examination.compare(file_sha256.lower())
    examination.admit(key)
    return examination.verdict()


def verify_own(
    text: str | bytes,
    *,
    public: bytes,
    evidence: str | bytes | None = None,
    file_sha256: str | None = None,
) -> Verdict:
    """Say what a receipt proves to the installation whose 32-byte Ed25519 key `public` is.

    The name under which it would have signed follows from the receipt's origin.
    """
    try:
        proof = TlogProof.parse(_text(text))
        origin = Note.parse(proof.checkpoint).text.partition("\n")[0]
        key = Key(key_name_of(origin), public)
    except ProofFailed as failure:
        return Verdict.failed(failure)
    verdict = verify(text, public_key=str(key), evidence=evidence, file_sha256=file_sha256)
    if [each.id for each in verdict.not_proven] != ["error.proof_failed.other_key"]:
        return verdict
    return Verdict(ok=False, not_proven=[_message("not_proven.foreign", origin=origin[:200])])


class _Examination:
    """Collects what is proven and what is not, once the receipt itself has been."""

    def __init__(self, leaf: Leaf) -> None:
        self._leaf = leaf
        self._proven: list[Message] = []
        self._failed: list[Message] = []
        self._open: list[Message] = []
        self._claims: dict[str, dict[str, Any]] = {}

    def logged(self, proof: TlogProof, checkpoint: Checkpoint, key: Key) -> None:
        self._proven += [
            _message(
                "proven.logged",
                event=str(self._leaf.event_id),
                position=proof.index,
                size=checkpoint.size,
                origin=checkpoint.origin,
            ),
            _message("proven.signed", key=key.name, key_id=key.id.hex()),
        ]

    def open(self, evidence: str | bytes | None) -> None:
        if evidence is None:
            return
        try:
            opened = Evidence.parse(_text(evidence).encode("utf-8"))
            opened.check_event(self._leaf)
        except ProofFailed as failure:
            self._failed.append(failure.message)
            return
        for name in (each for each in GROUPS if each in opened.groups):
            if opened.matches(name, self._leaf):
                self._claims[name] = opened.groups[name].value
            else:
                self._failed.append(_message("not_proven.claim", group=_group(name)))
        if self._claims:
            shown = [_group(name) for name in self._claims]
            self._proven.append(_message("proven.disclosed", groups=shown))
            self._proven += disclosure.lines(self._claims, self._leaf.at)

    def compare(self, file_sha256: str) -> None:
        for name, claim in self._claims.items():
            if _holds(claim, file_sha256):
                self._proven.append(_message("proven.file", group=_group(name), sha256=file_sha256))
                return
        self._failed.append(_message("not_proven.file", sha256=file_sha256))

    def admit(self, key: Key) -> None:
        hidden = [_group(each) for each in GROUPS if each not in self._claims]
        if hidden:
            self._open.append(_message("not_proven.undisclosed", groups=hidden))
        self._open.append(_message("not_proven.witness"))
        if is_local(key.name):
            self._open.append(_message("not_proven.machine_key"))
        self._open.append(_message("not_proven.time", at=self._leaf.at.isoformat()))

    def verdict(self) -> Verdict:
        return Verdict(
            ok=not self._failed,
            proven=self._proven,
            not_proven=[*self._failed, *self._open],
            event_id=self._leaf.event_id,
            at=self._leaf.at,
            claims=self._claims,
        )


def _message(case: str, **parameters: Any) -> Message:
    return Message(id=f"ledger.{case}", parameters=parameters)


def _group(name: str) -> Message:
    return Message(id=f"ledger.group.{name}")


def _text(given: str | bytes) -> str:
    try:
        return given.decode("utf-8") if isinstance(given, bytes) else given.encode().decode()
    except UnicodeError:
        raise ProofFailed("not_text") from None


def _holds(value: Any, wanted: str) -> bool:
    """Tell whether a text stands anywhere in a plain value."""
    if is_object(value):
        return any(_holds(each, wanted) for each in value.values())
    if is_array(value):
        return any(_holds(each, wanted) for each in value)
    return isinstance(value, str) and value == wanted

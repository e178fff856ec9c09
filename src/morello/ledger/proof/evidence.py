"""Evidence: salts and values of the claim groups that somebody chose to disclose, as a file."""

import dataclasses
import uuid
from typing import Any

from morello.kernel.errors import ProofFailed
from morello.ledger.proof import base64_text, canonical
from morello.ledger.proof.claim import GROUPS, SALT_BYTES, digest
from morello.ledger.proof.leaf import Leaf

EVIDENCE_BYTES_MAX = 1 << 20
"""Six groups of at most 64 KiB each, and room to spare."""

_FORMAT = "morello/evidence@v1"


@dataclasses.dataclass(frozen=True, slots=True)
class Disclosure:
    """One group, laid open."""

    salt: bytes
    value: dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """What is disclosed of one event; canonical JSON, so that it has one spelling.

    `{"event": id, "format": "morello/evidence@v1", "groups": {name: {"salt", "value"}}}`
    """

    event_id: uuid.UUID
    groups: dict[str, Disclosure]

    def __str__(self) -> str:
        """Return the file's text."""
        groups = {
            name: {"salt": base64_text.encode(each.salt), "value": each.value}
            for name, each in self.groups.items()
        }
        said = {"event": str(self.event_id), "format": _FORMAT, "groups": groups}
        return canonical.encode(said).decode("utf-8")

    @classmethod
    def parse(cls, data: bytes) -> "Evidence":
        """Read a file. Raises ProofFailed when it is malformed or over a limit."""
        if len(data) > EVIDENCE_BYTES_MAX:
            raise ProofFailed("evidence_size", bytes_max=EVIDENCE_BYTES_MAX)
        said = _members(canonical.decode(data), {"event", "format", "groups"})
        groups = _members(said["groups"])
        if said["format"] != _FORMAT or not set(groups) <= set(GROUPS):
            raise ProofFailed("evidence_form")
        return cls(
            event_id=_identifier(said["event"]),
            groups={name: _disclosure(each) for name, each in groups.items()},
        )

    def check_event(self, leaf: Leaf) -> None:
        """Raise ProofFailed unless this speaks of the leaf's event."""
        if self.event_id != leaf.event_id:
            raise ProofFailed("evidence_event", event=str(self.event_id))

    def matches(self, name: str, leaf: Leaf) -> bool:
        """Tell whether a disclosed group is what the leaf committed to."""
        disclosed = self.groups[name]
        return digest(name, disclosed.salt, canonical.encode(disclosed.value)) == leaf.digest(name)


def _disclosure(said: Any) -> Disclosure:
    members = _members(said, {"salt", "value"})
    salt = members["salt"]
    if not isinstance(salt, str):
        raise ProofFailed("evidence_form")
    disclosure = Disclosure(base64_text.decode(salt), _members(members["value"]))
    if len(disclosure.salt) != SALT_BYTES:
        raise ProofFailed("evidence_form")
    return disclosure


def _members(said: Any, names: set[str] | None = None) -> dict[str, Any]:
    if not canonical.is_object(said) or (names is not None and set(said) != names):
        raise ProofFailed("evidence_form")
    return dict(said)


def _identifier(said: Any) -> uuid.UUID:
    try:
        identifier = uuid.UUID(said)
    except (AttributeError, TypeError, ValueError):
        raise ProofFailed("evidence_form") from None
    if str(identifier) != said:
        raise ProofFailed("evidence_form")
    return identifier

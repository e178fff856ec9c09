"""Canaries: random words that only one organization has, and the search for them elsewhere."""

import dataclasses
import re
import uuid
from collections.abc import Iterable
from typing import Any

import numpy as np

from morello.kernel.permission import RIGHTS, Permission, Role

_CANARY = re.compile(r"zq[0-9a-f]{16}qz")
_HEXADECIMAL = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{12,}"
)
_SHORT_ID = 12
"""Digits by which messages name a version."""


def words_in(text: str) -> set[str]:
    """Return the canaries and ids in a text: long numbers by their first digits."""
    lowered = text.lower()
    found = set(_CANARY.findall(lowered))
    return found | {_short(each) for each in _HEXADECIMAL.findall(lowered)}


def _short(number: str) -> str:
    return number if "-" in number else number[:_SHORT_ID]


@dataclasses.dataclass(frozen=True)
class Past:
    """A call that was made."""

    tool: str
    given: dict[str, Any]
    idempotency_key: str


@dataclasses.dataclass
class Nest:
    """What one organization has planted: each canary with the right it takes to see it."""

    seed: int
    canaries: dict[str, Permission] = dataclasses.field(default_factory=dict)
    known_to_installation: set[str] = dataclasses.field(default_factory=set)
    ids: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    """What its things are called, by their kind, which is how inputs call the field, too."""
    history: list[Past] = dataclasses.field(default_factory=list)
    """Calls it made, for others to make the very same."""

    def __post_init__(self) -> None:
        self._choose = np.random.default_rng(self.seed)

    def plant(self, needs: Permission) -> str:
        """Return a new word that takes a right to be seen."""
        word = f"zq{self._choose.bytes(8).hex()}qz"
        self.canaries[word] = needs
        return word

    def own(self, kind: str, *identifiers: uuid.UUID | str) -> None:
        """Remember what something is called."""
        self.ids.setdefault(kind, []).extend(str(each) for each in identifiers)

    @property
    def secrets(self) -> set[str]:
        """Everything that another organization may not be shown."""
        every = {_short(each) for ids in self.ids.values() for each in ids if words_in(each)}
        return every | set(self.canaries)

    def hidden_from(self, role: Role) -> set[str]:
        """Everything that a role of the organization itself may not be shown."""
        return {word for word, needs in self.canaries.items() if not RIGHTS[role] & needs}


def leaks(shown: Iterable[str], forbidden: set[str], said: set[str]) -> set[str]:
    """Return what was shown and is forbidden, unless the caller said it first."""
    found: set[str] = set()
    for text in shown:
        found |= words_in(text) & forbidden
    return found - said


@dataclasses.dataclass
class Heard:
    """What an organization's people said: that may come back to them where it is kept."""

    ever: set[str] = dataclasses.field(default_factory=set)
    """In any call: their ledger and their jobs tell of it."""
    stored: set[str] = dataclasses.field(default_factory=set)
    """In calls that change something: a group may be called by it since."""

"""A projection: a state folded from events, and the ways to tell two states apart."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Protocol

from morello.ledger.event import Event
from morello.ledger.proof import canonical

State = dict[str, Any]
"""Plain JSON, so that it can be kept, compared and shown."""


class Projection(Protocol):
    """Folds events into a state. Pure: the same events give the same state, always."""

    @property
    def name(self) -> str:
        """What the state is, such as `dashboard`."""
        ...

    @property
    def version(self) -> int:
        """Grows whenever `apply` changes, so that old snapshots are left behind."""
        ...

    def empty(self) -> State:
        """Return the state before the first event."""
        ...

    def apply(self, state: State, event: Event) -> State:
        """Return the state after an event; `state` may be changed and returned."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class Replayed:
    """A state, and how far it goes."""

    state: State
    version: int
    """Stream version, or for a rebuilt projection the number of events of the log."""


def differences(kept: Mapping[str, Any], rebuilt: Mapping[str, Any]) -> list[str]:
    """Return the keys whose values are not the same in both states, in order."""
    return sorted(
        key
        for key in kept.keys() | rebuilt.keys()
        if key not in kept
        or key not in rebuilt
        or canonical.encode(kept[key]) != canonical.encode(rebuilt[key])
    )

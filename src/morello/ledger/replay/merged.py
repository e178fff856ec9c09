"""Merged: the state of any stream, without knowing what it is about."""

from morello.ledger.event import Event
from morello.ledger.replay.projection import State

_OF_THE_CALL = frozenset({"call"})


class Merged:
    """Merges what the events of a stream say, the later over the earlier, field by field.

    It knows no kind of event: a field stays until an event says something else of it.
    """

    name = "merged"
    version = 1

    def empty(self) -> State:
        """Return the state before the first event."""
        return {}

    def apply(self, state: State, event: Event) -> State:
        """Return the state after an event."""
        state |= {name: value for name, value in event.what.items() if name not in _OF_THE_CALL}
        return state

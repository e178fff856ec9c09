"""Upcasting: reading an old kind of event as today's. The event in the log stays as it was."""

from collections.abc import Callable, Mapping

from morello.ledger.event import Event

Upcast = Callable[[Event], Event]
"""Returns a copy (`event.model_copy(update=...)`) with another kind and the groups to match."""


class Upcasting:
    """Applies upcasts by kind, one after another, until the event has a kind of today."""

    def __init__(self, upcasts: Mapping[str, Upcast] | None = None) -> None:
        self._upcasts = dict(upcasts or {})

    def apply(self, event: Event) -> Event:
        """Return the event as today's code knows it."""
        seen: set[str] = set()
        while event.kind in self._upcasts:
            assert event.kind not in seen, f"upcasts of {event.kind} go in a circle"
            seen.add(event.kind)
            event = self._upcasts[event.kind](event)
        return event

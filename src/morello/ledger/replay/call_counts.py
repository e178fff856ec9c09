"""Call counts: how often each tool was called on each day, and how it went."""

from morello.ledger.event import Event
from morello.ledger.replay.projection import State

DAYS_MAX = 400
"""The days that are kept; older ones are left to who counts the log itself."""

_CALL = "call."


class CallCounts:
    """Folds a whole log into `{day: {tool: {outcome: calls}}}`, days in UTC."""

    name = "call_counts"
    version = 1

    def empty(self) -> State:
        """Return the state before the first event."""
        return {}

    def apply(self, state: State, event: Event) -> State:
        """Return the state after an event."""
        if event.kind.startswith(_CALL):
            day = state.setdefault(event.at.date().isoformat(), {})
            tool = day.setdefault(str(event.what.get("tool", "")), {})
            outcome = event.kind.removeprefix(_CALL)
            tool[outcome] = tool.get(outcome, 0) + 1
            if len(state) > DAYS_MAX:
                del state[min(state)]
        return state

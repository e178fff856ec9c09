"""A tally: errors of this process in groups, so that the same one a thousand times is one line."""

import collections
import dataclasses
import datetime
import uuid

from morello.kernel.clock import Clock
from morello.kernel.errors import Fault
from morello.kernel.protocols.observer import ErrorGroup
from morello.pipeline.observe.fingerprint import fingerprint
from morello.pipeline.observe.walk import Walk

GROUPS_MAX = 500
_TOOLS_MAX = 20
"""Tools that are named within a group."""


@dataclasses.dataclass(slots=True)
class _Group:
    first_at: datetime.datetime
    last_at: datetime.datetime
    call: uuid.UUID
    count: int = 0
    tools: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)


class Tally:
    """Implements `Sink` and `kernel.protocols.observer.Errors`; the oldest groups give way."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._groups: collections.OrderedDict[tuple[str, str, str], _Group] = (
            collections.OrderedDict()
        )

    def began(self) -> None:
        """Nothing has gone wrong yet."""

    def ended(self, walk: Walk) -> None:
        """Count a call that ended in an error."""
        error = walk.error
        if error is None:
            return
        now = self._clock.now()
        place = fingerprint(error) if isinstance(error, Fault) else ""
        key = (error.message.id, error.code, place)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(now, now, walk.call.call_id)
        self._groups.move_to_end(key)
        if len(self._groups) > GROUPS_MAX:
            self._groups.popitem(last=False)
        group.count += 1
        group.last_at, group.call = now, walk.call.call_id
        tool = walk.tool or "none"
        if tool in group.tools or len(group.tools) < _TOOLS_MAX:
            group.tools[tool] += 1

    def groups(self) -> list[ErrorGroup]:
        """Return them, the most frequent first."""
        found = [
            ErrorGroup(
                error=error,
                code=code,
                fingerprint=place,
                count=each.count,
                first_at=each.first_at,
                last_at=each.last_at,
                call=each.call,
                tools=dict(each.tools.most_common()),
            )
            for (error, code, place), each in self._groups.items()
        ]
        return sorted(found, key=lambda each: -each.count)

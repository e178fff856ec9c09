"""Rate: how many calls an organization may start in a second.

The generic cell rate algorithm (ITU-T I.371): one number per organization, the time at which its
allowance is full again. It costs a microsecond and knows exactly when to come back.
"""

import collections
import uuid

from morello.kernel.clock import Clock
from morello.kernel.errors import Busy

_BURST_S = 1.0
"""An organization may spend this much of its allowance at once."""
_ROUNDING_S = 1e-9


class Rate:
    """A limit per organization, kept in this process while the organization is active."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._full_at: collections.OrderedDict[uuid.UUID, float] = collections.OrderedDict()

    def take(self, organization_id: uuid.UUID, per_s: float) -> None:
        """Take one token of `per_s`. Raises Busy with the time until there is one again."""
        now, interval_s = self._clock.monotonic(), 1 / per_s
        full_at = max(now, self._full_at.get(organization_id, now)) + interval_s
        early_s = full_at - now - max(_BURST_S, interval_s)
        if early_s > _ROUNDING_S:
            raise Busy("rate", amount=per_s, retry_after_s=round(early_s, 3))
        self._full_at[organization_id] = full_at
        self._full_at.move_to_end(organization_id)
        self._forget_idle(now)

    def _forget_idle(self, now: float) -> None:
        """Forget those whose allowance is full again: they are as if they had never called."""
        while self._full_at:
            longest_idle = next(iter(self._full_at))
            if self._full_at[longest_idle] > now:
                return
            del self._full_at[longest_idle]

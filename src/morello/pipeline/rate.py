"""Rate: how many calls an organization may start in a second.

The generic cell rate algorithm (ITU-T I.371): one number per organization, the time at which its
allowance is full again. It costs a microsecond and knows exactly when to come back.
"""

import uuid

from morello.kernel.clock import Clock
from morello.kernel.errors import Busy

_BURST_S = 1.0
"""An organization may spend this much of its allowance at once."""
_ROUNDING_S = 1e-9


class Rate:
    """A limit per organization, kept in this process."""

    def __init__(self, per_s: float, clock: Clock) -> None:
        self._per_s = per_s
        self._interval_s = 1 / per_s
        self._burst_s = max(_BURST_S, self._interval_s)
        self._clock = clock
        self._full_at: dict[uuid.UUID, float] = {}

    def take(self, organization_id: uuid.UUID) -> None:
        """Take one token. Raises Busy with the time until there is one again."""
        now = self._clock.monotonic()
        full_at = max(now, self._full_at.get(organization_id, now)) + self._interval_s
        early_s = full_at - now - self._burst_s
        if early_s > _ROUNDING_S:
            raise Busy("rate", amount=self._per_s, retry_after_s=round(early_s, 3))
        self._full_at[organization_id] = full_at

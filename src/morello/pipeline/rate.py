"""Rate: how many calls an organization may start in a second (sliding window counter)."""

import functools
import math
import uuid
from typing import Any

from morello.kernel.errors import Busy


class Rate:
    """A limit per organization, kept in this process."""

    def __init__(self, per_s: float) -> None:
        self._amount = max(1, math.floor(per_s))
        self._seconds = max(1, math.ceil(1 / per_s))

    async def take(self, organization_id: uuid.UUID) -> None:
        """Take one token. Raises Busy with the time until there is one again."""
        limiter, item = self._limiter
        if not await limiter.hit(item, organization_id.hex):
            raise Busy("rate", amount=self._amount, retry_after_s=float(self._seconds))

    @functools.cached_property
    def _limiter(self) -> tuple[Any, Any]:
        # A tenth of a second to import: not before the first call.
        # The asynchronous one: the other starts a thread for every hundredth of a second.
        from limits import RateLimitItemPerSecond  # noqa: PLC0415 - see above
        from limits.aio import storage, strategies  # noqa: PLC0415 - see above

        limiter = strategies.SlidingWindowCounterRateLimiter(storage.MemoryStorage())
        return limiter, RateLimitItemPerSecond(self._amount, self._seconds)

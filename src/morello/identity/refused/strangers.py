"""How much the ledger takes down of what strangers are refused, by the address they come from.

Of each address so many a minute are recorded, and the next one recorded says how many were not.
"""

import dataclasses

from morello.kernel.clock import Clock, SystemClock

RECORDED_PER_MINUTE_MAX = 60
_MINUTE_S = 60.0
_ADDRESSES_MAX = 1_000


@dataclasses.dataclass(slots=True)
class _Minute:
    """One address' refusals of the present minute."""

    ends_s: float
    recorded: int = 0
    left_out: int = 0


class Strangers:
    """Counts what each address was refused."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._minutes: dict[str, _Minute] = {}

    def admit(self, address: str) -> int | None:
        """Return how many were left out before this one; None when this is left out, too."""
        minute = self._minute(address)
        if minute.recorded >= RECORDED_PER_MINUTE_MAX:
            minute.left_out += 1
            return None
        minute.recorded += 1
        left_out, minute.left_out = minute.left_out, 0
        return left_out

    def _minute(self, address: str) -> _Minute:
        now = self._clock.monotonic()
        minute = self._minutes.get(address)
        if minute is None or minute.ends_s <= now:
            left_out = minute.left_out if minute is not None else 0
            if minute is None and len(self._minutes) >= _ADDRESSES_MAX:
                self._minutes.pop(next(iter(self._minutes)))
            minute = _Minute(now + _MINUTE_S, left_out=left_out)
            self._minutes[address] = minute
        return minute

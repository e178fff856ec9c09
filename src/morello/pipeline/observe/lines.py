"""Lines: what of a call goes to the log. The ledger has every call; the log has those to look at.

Refused and failed calls at `info`, slow ones at `warning`, our own mistakes at `error`, and the
others at `debug`. Inputs and outputs are never logged. Somebody who sends thousands of wrong calls
fills no log with them: beyond `LINES_PER_S_MAX` they are only counted.
"""

import logging

from morello.kernel.errors import Fault
from morello.pipeline.observe.walk import Walk

_log = logging.getLogger("morello.call")

SLOW_S = 10.0
LINES_PER_S_MAX = 50


class Lines:
    """Implements `Sink`."""

    def __init__(self) -> None:
        self._second, self._written, self._left_out = 0, 0, 0

    def began(self) -> None:
        """Say nothing before it is over."""

    def ended(self, walk: Walk) -> None:
        """Log a call that has ended, if its level is wanted."""
        level = _level(walk)
        if not _log.isEnabledFor(level) or not self._has_room(int(walk.start_s)):
            return
        principal = walk.call.principal
        said = {
            "call": str(walk.call.call_id),
            "organization": str(principal.organization_id),
            "subject": str(principal.subject_id),
            "door": walk.call.origin.door,
            "tool": walk.tool or walk.call.tool[:200],
            "code": walk.outcome,
            "elapsed_ms": round(walk.seconds * 1e3, 3),
            "trace": f"{walk.trace.trace_id:032x}",
            "span": f"{walk.trace.span_id:016x}",
        }
        if walk.error is not None:
            said["error"] = walk.error.message.id
        _log.log(level, "call ended", extra={"said": said})

    def _has_room(self, second: int) -> bool:
        if second > self._second:
            if self._left_out:
                _log.warning("%d lines of calls were left out", self._left_out)
            self._second, self._written, self._left_out = second, 0, 0
        self._written += 1
        if self._written > LINES_PER_S_MAX:
            self._left_out += 1
            return False
        return True


def _level(walk: Walk) -> int:
    if isinstance(walk.error, Fault):
        return logging.ERROR
    if walk.seconds >= SLOW_S:
        return logging.WARNING
    return logging.DEBUG if walk.error is None else logging.INFO

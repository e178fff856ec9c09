"""Lines: what of a call goes to the log. The ledger has every call; the log has those to look at.

Refused and failed calls at `info`, slow ones at `warning`, our own mistakes at `error`, and the
others at `debug`. Inputs and outputs are never logged.
"""

import logging

from morello.kernel.errors import Fault
from morello.pipeline.observe.walk import Walk

_log = logging.getLogger("morello.call")

SLOW_S = 10.0


class Lines:
    """Implements `Sink`."""

    def began(self) -> None:
        """Say nothing before it is over."""

    def ended(self, walk: Walk) -> None:
        """Log a call that has ended, if its level is wanted."""
        level = _level(walk)
        if not _log.isEnabledFor(level):
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


def _level(walk: Walk) -> int:
    if isinstance(walk.error, Fault):
        return logging.ERROR
    if walk.seconds >= SLOW_S:
        return logging.WARNING
    return logging.DEBUG if walk.error is None else logging.INFO

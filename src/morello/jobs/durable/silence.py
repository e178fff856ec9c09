"""Who has been silent for too long: heartbeats counted against our own clock, nobody else's.

Another machine's clock may be wrong, and any clock may be set; how long a count has not moved while
we looked is our own measurement. Whoever did not look for a while has seen nothing.
"""

import uuid
from collections.abc import Mapping

SILENT_AFTER_S = 5.0
LOOK_GAP_MAX_S = 2.5
"""Longest between two looks; after more, everybody is as if seen for the first time."""


class Silence:
    """Remembers when each worker's heartbeat last moved."""

    def __init__(self) -> None:
        self._moved: dict[uuid.UUID, tuple[int, float]] = {}
        self._looked_at_s = float("-inf")

    def look(self, beats: Mapping[uuid.UUID, int], now_s: float) -> set[uuid.UUID]:
        """Take in how often each has beaten so far; return those that are silent."""
        if now_s - self._looked_at_s > LOOK_GAP_MAX_S:
            self._moved.clear()
        self._looked_at_s = now_s
        self._moved = {
            worker: self._moved[worker]
            if worker in self._moved and self._moved[worker][0] == count
            else (count, now_s)
            for worker, count in beats.items()
        }
        return {
            worker
            for worker, (_, moved_at_s) in self._moved.items()
            if now_s - moved_at_s > SILENT_AFTER_S
        }

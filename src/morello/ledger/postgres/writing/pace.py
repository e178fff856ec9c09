"""The pace of a writer: how many batches it wrote, how large they were, and how long they took."""

import dataclasses


@dataclasses.dataclass(slots=True)
class Pace:
    """Counts since the process began."""

    batches: int = 0
    events: int = 0
    seconds: float = 0.0
    failed: int = 0
    last_events: int = 0
    last_s: float = 0.0

    def wrote(self, events: int, seconds: float) -> None:
        """Count a batch that is committed; one that only looked wrote nothing."""
        if not events:
            return
        self.batches += 1
        self.events += events
        self.seconds += seconds
        self.last_events, self.last_s = events, seconds

    def figures(self) -> dict[str, float]:
        """Return them, by name with its unit last."""
        return {
            "batches_total": float(self.batches),
            "events_total": float(self.events),
            "batch_seconds_total": self.seconds,
            "batches_failed_total": float(self.failed),
            "batch_last_events": float(self.last_events),
            "batch_last_s": self.last_s,
        }

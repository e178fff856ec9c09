"""How the corridor is: who waits in it, what it remembers, and the workers behind it."""

import dataclasses
from collections.abc import Mapping

from morello.jobs.pool import Pool
from morello.kernel.messages import Message
from morello.pipeline.admit import Admission
from morello.pipeline.recall import Memory


@dataclasses.dataclass(slots=True)
class CorridorProbe:
    """Implements `kernel.protocols.probe.Probe`."""

    admission: Admission
    memory: Memory
    pool: Pool
    name: str = "corridor"

    async def health(self) -> Message | None:
        """Return nothing: it is well as long as it answers, and what it cannot take it refuses."""
        return None

    def metrics(self) -> Mapping[str, float]:
        """Return how full it is."""
        return {**self.admission.figures(), **self.memory.figures(), **self.pool.figures()}

    async def remedy(self) -> bool:
        """Nothing to do."""
        return False

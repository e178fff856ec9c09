"""Work in chunks: each in a worker process, a few at once, and what fails is tried again alone."""

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Sequence

from morello.jobs.gather import gather_with_concurrency
from morello.jobs.pool import Pool
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.errors import Cancelled, Fault, InvalidInput, MorelloError
from morello.kernel.messages import Message

_log = logging.getLogger(__name__)

CHUNKS_MAX = 100_000
AGAIN_AFTER_S = 0.2
"""Pause before a chunk's second try; twice as long before each one after that."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Chunks:
    """How the chunks of one piece of work are run."""

    pool: Pool
    function: str
    """`module:name`, as `Pool.run` takes it."""
    at_once_max: int
    timeout_s: float
    """Longest that one try of one chunk may take."""
    tries_max: int = 3
    owner: str = ""
    """The organization whose data the chunks hold: see `Pool.run`."""

    async def run(
        self,
        payloads: Sequence[object],
        *,
        cancellation: Cancellation | None = None,
        report: Callable[[Progress], None] | None = None,
    ) -> list[bytes]:
        """Call the function for each payload; return the results in the payloads' order.

        A chunk that fails, or whose worker dies, is tried again without touching the others;
        `report` hears of each one that is done. When a chunk's tries are used up the others are
        stopped and Fault is raised, which says the chunk and the reason. Wrong input is not tried
        again: it is raised as it is, and so is Cancelled.
        """
        count, done = len(payloads), 0
        assert count <= CHUNKS_MAX, f"{count} chunks"
        stop = cancellation or Cancellation()

        async def run(number: int, payload: object) -> bytes:
            nonlocal done
            result = await self._run_one(payload, number, count, stop)
            done += 1
            if report is not None:
                said = Message(id="chunks.progress", parameters={"done": done, "count": count})
                report(Progress(message=said, share=done / count))
            return result

        return await gather_with_concurrency(
            self.at_once_max, (run(number, each) for number, each in enumerate(payloads, 1))
        )

    async def _run_one(
        self, payload: object, number: int, count: int, cancellation: Cancellation
    ) -> bytes:
        tries = 1
        while True:
            try:
                return await self.pool.run(
                    self.function,
                    payload,
                    timeout_s=self.timeout_s,
                    cancellation=cancellation,
                    owner=self.owner,
                )
            except (Cancelled, InvalidInput):
                raise
            except MorelloError as error:
                _log.warning("chunk %d of %d, try %d: %s", number, count, tries, error)
                if tries == self.tries_max:
                    said = {"number": number, "count": count, "tries": tries}
                    raise Fault("chunk", **said, error=error.message) from error
            await asyncio.sleep(AGAIN_AFTER_S * 2 ** (tries - 1))
            cancellation.check()
            tries += 1

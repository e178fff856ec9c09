"""The workshop: trains and uses models in worker processes, which may be killed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from morello.analysis.models.fitted import Fitted
from morello.analysis.models.task import Evaluated, Predicted, ScoreTask, TrainTask
from morello.analysis.models.training import Trained
from morello.analysis.models.wish import Wish
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import PinnedVersion
from morello.jobs.pool import Pool
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.settings import Settings
from morello.storage.keys import Keys

_JOB = "morello.analysis.models.job"

Report = Callable[[Progress], None]
Result = TypeVar("Result")


class Workshop:
    """Everything that computes with models. What a worker answers is checked, never unpickled."""

    def __init__(self, pool: Pool, lake: Lake, keys: Keys, settings: Settings) -> None:
        self._pool, self._lake, self._keys, self._settings = pool, lake, keys, settings

    async def train(
        self, pinned: PinnedVersion, wish: Wish, *, cancellation: Cancellation, report: Report
    ) -> tuple[Trained, bytes]:
        """Train a model; return it, and its content to be kept.

        Raises InvalidInput, NotFound (a column), Unavailable (a GPU), TooLarge (memory),
        Cancelled, TimedOut.
        """
        task = TrainTask(pinned, wish)
        answer = await self._run("train", task, pinned, cancellation, report)
        made = Trained.model_validate_json(answer)
        return made, await asyncio.to_thread(Fitted.to_bytes, made.fitted)

    async def predict(
        self, pinned: PinnedVersion, content: bytes, *, cancellation: Cancellation, report: Report
    ) -> Predicted:
        """Score every row; the rows' file is in the lake afterwards, or nothing of it is left."""
        organization_id = pinned.organization_id
        with self._lake.stage(organization_id) as stage:
            task = ScoreTask(
                pinned=pinned,
                content=content,
                stage=stage,
                digest_key=await self._keys.derive(organization_id, "digest"),
            )
            answer = await self._run("predict", task, pinned, cancellation, report)
            made = Predicted.model_validate_json(answer)
            files = self._lake.adopt(organization_id, stage, made.imported.files)
        imported = made.imported.model_copy(update={"files": files})
        return made.model_copy(update={"imported": imported})

    async def evaluate(
        self, pinned: PinnedVersion, content: bytes, *, cancellation: Cancellation, report: Report
    ) -> Evaluated:
        """Judge a model on a version's rows with known targets."""
        task = ScoreTask(pinned=pinned, content=content)
        answer = await self._run("evaluate", task, pinned, cancellation, report)
        return Evaluated.model_validate_json(answer)

    async def _run(
        self,
        name: str,
        task: TrainTask | ScoreTask,
        pinned: PinnedVersion,
        cancellation: Cancellation,
        report: Report,
    ) -> bytes:
        return await self._pool.run(
            f"{_JOB}:{name}",
            task,
            timeout_s=self._settings.analysis_timeout_s,
            cancellation=cancellation,
            report=lambda update: report(Progress.model_validate_json(update)),
            owner=pinned.organization_id.hex,
        )


async def told(work: Callable[[Report], Awaitable[Result]]) -> AsyncIterator[Progress | Result]:
    """Yield the progress that work reports, then its result."""
    updates: asyncio.Queue[Progress | None] = asyncio.Queue()
    task = asyncio.ensure_future(work(updates.put_nowait))
    task.add_done_callback(lambda _: updates.put_nowait(None))
    try:
        while (update := await updates.get()) is not None:
            yield update
        yield await task
    finally:
        task.cancel()

"""`insights.compare`: what is different between two versions, or two datasets with like columns."""

import asyncio
from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

from morello.analysis.drift.comparing import Known
from morello.analysis.drift.comparing import compare as compare_summaries
from morello.analysis.drift.comparison import Comparison
from morello.analysis.drift.summarizing import summary_of
from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Reader
from morello.kernel.context import Context, Progress
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Cost, Uses, tool
from morello.kernel.values import DataRef


class CompareRequest(BaseModel):
    """Which two."""

    before: DataRef = Field(description="What to compare with, such as `orders@<version>`.")
    after: DataRef = Field(description="What may be different, such as `orders`.")


@tool(
    "insights.compare",
    title={
        "en": "Compare two versions of a dataset: columns, gaps, values.",
        "ko": "데이터셋의 두 버전을 비교합니다: 열, 빈 값, 값의 분포.",
    },
    permission=Permission.ANALYZE,
    cost=Cost.WORKER,
    cached=Cached(),
    uses=lambda request: Uses(data=(request.before, request.after)),
    example={"before": "orders", "after": "orders"},
    timeout_s=None,
)
async def compare(
    request: CompareRequest, context: Context, reader: Reader
) -> AsyncIterator[Progress | Comparison]:
    """Compare what is kept of both, or read the rows of each once; tell what chance cannot make."""
    pinned = [context.pin(each) for each in (request.before, request.after)]
    loop = asyncio.get_running_loop()
    updates: asyncio.Queue[Progress | None] = asyncio.Queue()

    def summarize() -> list[Known]:
        found: list[Known] = []
        for place, each in enumerate(pinned):
            assert isinstance(each, PinnedVersion), "the data floor pins versions"

            def report(share: float, place: int = place) -> None:
                message = Message(id="insight.progress.reading")
                update = Progress(message=message, share=round((place + share) / 2, 3))
                loop.call_soon_threadsafe(updates.put_nowait, update)

            known = summary_of(reader, each, cancellation=context.cancellation, report=report)
            found.append(Known(each.dataset, each.version, known))
        return found

    work = asyncio.create_task(asyncio.to_thread(summarize))
    work.add_done_callback(lambda _: updates.put_nowait(None))
    while (update := await updates.get()) is not None:
        yield update
    comparison = await asyncio.to_thread(compare_summaries, *work.result())
    context.disclosures["tests_made"] = comparison.tests_made
    context.disclosures["changes"] = [each.id for each in comparison.changes]
    yield comparison

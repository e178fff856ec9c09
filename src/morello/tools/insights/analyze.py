"""`insights.analyze`: everything that matters in a dataset."""

import asyncio
from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.engine import analyze as find_what_matters
from morello.analysis.profiling.load import load_of
from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Reader
from morello.data.ingest.plan import divide
from morello.kernel.context import Context, Progress
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Cost, Uses, tool
from morello.kernel.values import DataRef

READ_ROWS = 1 << 16
"""Rows of a dataset that are looked at together."""


class AnalyzeRequest(BaseModel):
    """Which dataset."""

    data: DataRef = Field(description="Dataset to analyse, such as `orders`.")


@tool(
    "insights.analyze",
    title={
        "en": "Find what matters in a dataset.",
        "ko": "데이터셋에서 중요한 것을 찾습니다.",
    },
    permission=Permission.ANALYZE,
    cost=Cost.WORKER,
    cached=Cached(),
    uses=lambda request: Uses(data=(request.data,)),
    example={"data": "orders"},
    timeout_s=None,
)
async def analyze(
    request: AnalyzeRequest, context: Context, reader: Reader
) -> AsyncIterator[Progress | Analysis]:
    """Look for outliers, patterns, business insights and trouble in the data, and rank them."""
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "the data floor pins versions"
    division = divide(load_of(pinned, from_kept=False), chunk_rows=READ_ROWS)
    loop = asyncio.get_running_loop()
    updates: asyncio.Queue[Progress | None] = asyncio.Queue()

    def report(update: Progress | None) -> None:
        loop.call_soon_threadsafe(updates.put_nowait, update)

    work = asyncio.create_task(
        asyncio.to_thread(
            find_what_matters,
            reader,
            pinned,
            report=report,
            cancellation=context.cancellation,
        )
    )
    work.add_done_callback(lambda _: updates.put_nowait(None))
    while (update := await updates.get()) is not None:
        yield update
    analysis = work.result()
    context.disclosures["tests_made"] = analysis.tests_made
    context.disclosures["findings"] = [each.id for each in analysis.findings]
    context.disclosures["queries"] = len(analysis.findings)
    yield analysis.model_copy(update={"plan": division})

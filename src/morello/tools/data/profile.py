"""`data.profile`: what is in a dataset, column by column, and how its numbers move together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

from morello.analysis.profiling.page import ProfilePage
from morello.analysis.profiling.profiler import Profiler
from morello.data.catalog.version import PinnedVersion
from morello.kernel.context import Context, Progress
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Route, Uses, tool
from morello.kernel.values import DataRef


class ProfileRequest(BaseModel):
    """Which dataset, and which of its columns."""

    data: DataRef = Field(description="Dataset, such as `orders` or `orders@<version>`.")
    after: int = Field(default=0, ge=0, description="Columns to skip: those of earlier pages.")
    download: bool = Field(
        default=False, description="Give everything as one JSON file instead of a page."
    )


@tool(
    "data.profile",
    title={"en": "Describe every column of a dataset.", "ko": "데이터셋의 모든 열을 요약합니다."},
    permission=Permission.READ_DATA,
    route=Route("GET", "/api/v1/datasets/{data}/profile"),
    cached=Cached(),
    uses=lambda request: Uses(data=(request.data,)),
    example={"data": "orders"},
    timeout_s=None,
)
async def profile(
    request: ProfileRequest, context: Context, profiler: Profiler
) -> AsyncIterator[Progress | ProfilePage]:
    """Summarize the rows in worker processes, as far as the caller may see them."""
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "a dataset of ours"
    updates: asyncio.Queue[Progress | None] = asyncio.Queue()
    work = asyncio.ensure_future(
        profiler.profile(
            pinned,
            cancellation=context.cancellation,
            report=updates.put_nowait,
            after=request.after,
            is_whole=request.download,
        )
    )
    work.add_done_callback(lambda _: updates.put_nowait(None))
    try:
        while (progress := await updates.get()) is not None:
            yield progress
        profiled = await work
        made = profiled.plan
        context.disclosures["profile"] = {"workers": made.workers, "rows_known": made.rows_known}
        yield profiled.page
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([work])  # until what it wrote is gone

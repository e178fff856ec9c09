"""`data.profile`: what is in a dataset, column by column, and how its numbers move together."""

import asyncio
from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

from morello.analysis.methods.profile import ColumnProfile, Profile
from morello.analysis.methods.summaries.profiling import Profiling, rows_at_once
from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Reader
from morello.kernel.context import Context, Progress
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Cost, Route, Uses, tool
from morello.kernel.values import DataRef


class ProfileRequest(BaseModel):
    """Which dataset."""

    data: DataRef = Field(description="Dataset, such as `orders` or `orders@<version>`.")


@tool(
    "data.profile",
    title={"en": "Describe every column of a dataset.", "ko": "데이터셋의 모든 열을 요약합니다."},
    permission=Permission.READ_DATA,
    cost=Cost.WORKER,
    route=Route("GET", "/api/v1/datasets/{data}/profile"),
    cached=Cached(),
    uses=lambda request: Uses(data=(request.data,)),
    example={"data": "orders"},
    timeout_s=None,
)
async def profile(
    request: ProfileRequest, context: Context, reader: Reader
) -> AsyncIterator[Progress | Profile]:
    """Read the rows once, as far as the caller may see them, and summarize them on all cores."""
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "a dataset of ours"
    batches = reader.batches(pinned, batch_rows=rows_at_once(len(pinned.columns)))
    with Profiling() as profiling:
        done = 0
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            context.cancellation.check()
            await asyncio.to_thread(profiling.add, batch)
            done += batch.num_rows
            message = Message(id="profile.progress", parameters={"done": done, "rows": pinned.rows})
            yield Progress(message=message, share=min(1.0, done / max(1, pinned.rows)))
        summary = await asyncio.to_thread(profiling.summary)
    yield _without_rows(pinned) if summary is None else summary.profile()


def _without_rows(pinned: PinnedVersion) -> Profile:
    hidden = pinned.rules.hidden_columns
    return Profile(
        rows=0,
        columns=[
            ColumnProfile(name=column.name, type=column.type, kind="empty", rows=0, nulls=0)
            for column in pinned.columns
            if column.name not in hidden
        ],
    )

"""`insights.report`: what matters in a dataset, as one HTML file that can be sent to anybody."""

import asyncio
import datetime
import functools
import hashlib
import uuid
from importlib import resources

from pydantic import BaseModel, Field

from morello.analysis.insights.analysis import Analysis
from morello.analysis.report.making import Making
from morello.analysis.report.page import render
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.context import Context, Pinned
from morello.kernel.messages import Language
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Uses, tool
from morello.kernel.values import Blob, DataRef

_NAME_LENGTH_MAX = 200
_UUID7 = 7


class ReportRequest(BaseModel):
    """Which dataset, in which language."""

    data: DataRef = Field(description="Dataset to report on, such as `orders`.")
    language: Language = Field(default="en", description="Language of the report.")
    call: uuid.UUID | None = Field(
        default=None,
        description="Call of the analysis whose receipt the report names; none when left out.",
    )


@tool(
    "insights.report",
    title={
        "en": "Write what matters in a dataset as one HTML file.",
        "ko": "데이터셋에서 중요한 것을 HTML 파일 하나로 만듭니다.",
    },
    permission=Permission.ANALYZE,
    uses=lambda request: Uses(data=(request.data,)),
    cached=Cached(),
    example={"data": "orders", "language": "en"},
    timeout_s=None,
)
async def report(request: ReportRequest, context: Context) -> Blob:
    """Have it analysed (an analysis that was just made is not made again) and draw the page.

    The same version and the same call give the same bytes.
    """
    pinned = context.pin(request.data)
    exact = DataRef(dataset=request.data.dataset, version=pinned.version)
    analysis = await context.call("insights.analyze", {"data": exact.model_dump()})
    assert isinstance(analysis, Analysis), "insights.analyze gives an Analysis"
    context.cancellation.check()
    # Writing thousands of elements would hold up other calls of this process.
    page = await asyncio.to_thread(
        render, analysis, language=request.language, making=_making(request.call, pinned)
    )
    name = f"{pinned.dataset[:_NAME_LENGTH_MAX]}-report.html"
    return Blob.of(name, page.encode(), "text/html")


def _making(call: uuid.UUID | None, pinned: Pinned) -> Making:
    lineage = pinned.lineage if isinstance(pinned, PinnedVersion) else Lineage(how="")
    return Making(
        made_at=_time_of(call),
        call=call,
        source=lineage.source,
        source_sha256=lineage.source_sha256,
        source_bytes=lineage.source_bytes,
        synthetic=lineage.source_sha256 in _synthetic(),
    )


def _time_of(call: uuid.UUID | None) -> datetime.datetime | None:
    """Read the time from a UUIDv7 (RFC 9562, section 5.7: 48 bits of milliseconds)."""
    if call is None or call.version != _UUID7:
        return None
    return datetime.datetime.fromtimestamp((call.int >> 80) / 1000, datetime.UTC)


@functools.cache
def _synthetic() -> frozenset[str]:
    """SHA-256 of the sample's files, which have to be called synthetic wherever they are shown."""
    return frozenset(
        hashlib.sha256(each.read_bytes()).hexdigest()
        for each in resources.files("morello.sample").iterdir()
        if each.name.endswith((".csv", ".gz", ".xlsx"))
    )

"""`insights.report`: what matters in a dataset, as one HTML file that can be sent to anybody."""

import asyncio
import datetime
import functools
import hashlib
import uuid
from importlib import resources

from pydantic import BaseModel, Field

from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.table.rows import behind, page, rows_query
from morello.analysis.report.making import Making
from morello.analysis.report.page import render
from morello.analysis.report.rows import ROWS_MAX
from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Engine
from morello.kernel.context import Context
from morello.kernel.errors import BadQuery, TimedOut, TooLarge
from morello.kernel.messages import Language
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Uses, tool
from morello.kernel.values import Blob, DataRef, Table

_NAME_LENGTH_MAX = 200
_UUID7 = 7
_FINDINGS_MAX = 60
"""Findings whose first rows are shown, the most important ones."""
_QUERY_TIMEOUT_S = 5.0
_ROWS_TIME_S = 15.0
"""For all of them."""


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
async def report(request: ReportRequest, context: Context, engine: Engine) -> Blob:
    """Have it analysed (an analysis that was just made is not made again) and draw the page.

    The same version and the same call give the same bytes. The rows it shows are those that the
    caller may see.
    """
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "the data floor pins versions"
    exact = DataRef(dataset=request.data.dataset, version=pinned.version)
    analysis = await context.call("insights.analyze", {"data": exact.model_dump()})
    assert isinstance(analysis, Analysis), "insights.analyze gives an Analysis"
    context.cancellation.check()
    # Writing thousands of elements would hold up other calls of this process.
    document = await asyncio.to_thread(
        render,
        analysis,
        language=request.language,
        making=_making(request.call, pinned),
        rows=await _first_rows(analysis, pinned, context, engine),
    )
    name = f"{pinned.dataset[:_NAME_LENGTH_MAX]}-report.html"
    return Blob.of(name, document.encode(), "text/html")


async def _first_rows(
    analysis: Analysis, pinned: PinnedVersion, context: Context, engine: Engine
) -> dict[str, Table]:
    """Ask for the first rows behind each finding; what cannot be had in time is left out."""
    found: dict[str, Table] = {}
    until = context.clock.monotonic() + _ROWS_TIME_S
    for finding in analysis.findings[:_FINDINGS_MAX]:
        left_s = until - context.clock.monotonic()
        if left_s <= 0:
            break
        source, where = behind(finding)
        sql = rows_query(pinned.dataset, pinned.columns, where, source)
        try:
            answer = await engine.query(
                page(sql, source, offset=0, rows=ROWS_MAX),
                {pinned.dataset: pinned},
                rows_max=ROWS_MAX,
                timeout_s=min(left_s, _QUERY_TIMEOUT_S),
                cancellation=context.cancellation,
            )
            found[finding.id] = Table.from_arrow(answer.table, truncated=answer.truncated)
        except (BadQuery, TooLarge, TimedOut, OverflowError, ValueError):
            continue
    return found


def _making(call: uuid.UUID | None, pinned: PinnedVersion) -> Making:
    lineage = pinned.lineage
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

"""`insights.analyze_file`: a file in, what matters in it out."""

from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, Field

from morello.analysis.insights.analysis import Analysis
from morello.kernel.caller import Call
from morello.kernel.context import Context, Progress
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import tool
from morello.kernel.values import Blob

_CSV = "day,city,sales\n" + "".join(
    f"2026-01-{day:02d},{city},{sales + day % 5}\n"
    for day in range(1, 29)
    for city, sales in (("Seoul", 20), ("Busan", 12))
)


class AnalyzeFileRequest(BaseModel):
    """A file, and what to call it."""

    file: Blob = Field(description="CSV, TSV, JSON, NDJSON, Parquet or Excel; plain or packed.")
    name: str | None = Field(
        default=None,
        description="Name of the dataset it becomes; the file's name when left out.",
        max_length=NAME_LENGTH_MAX,
    )


class AnalyzedFile(BaseModel):
    """What matters, and how the file was understood."""

    analysis: Analysis
    imported: dict[str, Any] = Field(description="What `data.import` answered.")


@tool(
    "insights.analyze_file",
    title={
        "en": "Import a file and find what matters in it.",
        "ko": "파일을 가져와 중요한 것을 찾습니다.",
    },
    permission=Permission.WRITE_DATA,
    effect=Effect.WRITES,
    example={"file": {"name": "sales.csv", "text": _CSV}, "name": "sales by city"},
    timeout_s=7200.0,
)
async def analyze_file(
    request: AnalyzeFileRequest, context: Context
) -> AsyncIterator[Progress | AnalyzedFile]:
    """Import, then analyse the version that came of it: two calls within this one."""
    yield Progress(message=Message(id="insight.progress.importing"), share=0.0)
    given: dict[str, Any] = {"file": request.file}
    if request.name is not None:
        given["name"] = request.name
    answers: dict[str, Any] = {}
    async for update in _following(context, "data.import", given, answers, (0.0, 0.4)):
        yield update
    imported = answers["data.import"].model_dump(mode="json")
    data = f"{imported['dataset']}@{imported['version']}"
    async for update in _following(context, "insights.analyze", {"data": data}, answers, (0.4, 1)):
        yield update
    analysis: Analysis = answers["insights.analyze"]
    context.disclosures.update(
        source_sha256=imported["source_sha256"],
        version=analysis.version,
        rows_read=analysis.rows_read,
        rows_rejected=analysis.rows_rejected,
        tests_made=analysis.tests_made,
    )
    yield AnalyzedFile(analysis=analysis, imported=imported)


async def _following(
    context: Context,
    tool: str,
    given: dict[str, Any],
    answers: dict[str, Any],
    span: tuple[float, float],
) -> AsyncIterator[Progress]:
    """Call another tool as `Context.call` does, passing on its progress as a part of ours."""
    call = Call(
        tool=tool,
        given=given,
        principal=context.principal,
        origin=context.origin,
        cancellation=context.cancellation,
        parent=context.call_id,
        depth=context.depth + 1,
    )
    async for item in context.caller.stream(call):
        if isinstance(item, Progress):
            share = None if item.share is None else span[0] + item.share * (span[1] - span[0])
            yield Progress(message=item.message, share=share)
        else:
            answers[tool] = item.output

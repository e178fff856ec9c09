"""`insights.analyze_file`: a file in, what matters in it out."""

from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, Field

from morello.analysis.insights.analysis import Analysis
from morello.kernel.caller import Reply
from morello.kernel.context import Context, Progress
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool
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
    route=Route("POST", "/api/v1/enterprise/analyze"),
    example={"file": {"name": "sales.csv", "text": _CSV}, "name": "sales by city"},
    timeout_s=None,
)
async def analyze_file(
    request: AnalyzeFileRequest, context: Context
) -> AsyncIterator[Progress | AnalyzedFile]:
    """Import, then analyse the version that came of it: two calls within this one."""
    yield Progress(message=Message(id="insight.progress.importing"), share=0.0)
    given = request.model_dump(exclude={"file"}, exclude_none=True) | {"file": request.file}
    answers: list[Any] = []
    async for item in context.stream("data.import", given):
        if isinstance(item, Reply):
            answers.append(item.output)
        elif isinstance(item, Progress):
            yield item.within(0.0, 0.4)
    imported = answers[0].model_dump(mode="json")
    data = f"{imported['dataset']}@{imported['version']}"
    async for item in context.stream("insights.analyze", {"data": data}):
        if isinstance(item, Reply):
            answers.append(item.output)
        elif isinstance(item, Progress):
            yield item.within(0.4, 1.0)
    analysis: Analysis = answers[1]
    context.disclosures.update(
        source_sha256=imported["source_sha256"],
        version=analysis.version,
        rows_read=analysis.rows_read,
        rows_rejected=analysis.rows_rejected,
        tests_made=analysis.tests_made,
    )
    yield AnalyzedFile(analysis=analysis, imported=imported)

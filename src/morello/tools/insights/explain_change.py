"""`insights.explain_change`: why a total, average, count or ratio changed."""

import asyncio

from pydantic import BaseModel, Field

from morello.analysis.insights.changes.amount import Aggregate
from morello.analysis.insights.changes.dimensions import DIMENSIONS_MAX
from morello.analysis.insights.changes.explaining import explain
from morello.analysis.insights.changes.explanation import Explanation
from morello.analysis.insights.changes.question import Question
from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Reader
from morello.kernel.context import Context
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Cost, Uses, tool
from morello.kernel.values import DataRef


class ExplainChangeRequest(BaseModel):
    """What changed, between which two periods or values."""

    data: DataRef = Field(description="Dataset, such as `orders`.")
    aggregate: Aggregate = Field(
        default="sum", description="What of the measure; a `ratio` divides it by the divisor."
    )
    measure: str | None = Field(
        default=None,
        description="Number column; left out, `count` counts rows.",
        max_length=NAME_LENGTH_MAX,
    )
    divisor: str | None = Field(
        default=None,
        description="Number column that a `ratio` divides by, such as a quantity.",
        max_length=NAME_LENGTH_MAX,
    )
    time: str | None = Field(
        default=None,
        description="Date or moment column; the first one when left out.",
        max_length=NAME_LENGTH_MAX,
    )
    by: str | None = Field(
        default=None,
        description="Compare two values of this column instead of two periods.",
        max_length=NAME_LENGTH_MAX,
    )
    before: str | None = Field(
        default=None,
        description="A period such as `2026-04`, `2026-Q1`, `2026-W14`, `2026-04-01..2026-04-15`,"
        " or a value of `by`. Left out, the period just before `after`.",
        max_length=NAME_LENGTH_MAX,
    )
    after: str | None = Field(
        default=None,
        description="The period or value to explain; left out, the last whole period there is.",
        max_length=NAME_LENGTH_MAX,
    )
    dimensions: list[str] = Field(
        default=[],
        description="Columns to explain it by; all with few enough values when left out.",
        max_length=DIMENSIONS_MAX,
    )


@tool(
    "insights.explain_change",
    title={
        "en": "Explain why a number changed.",
        "ko": "수치가 왜 변했는지 설명합니다.",
        "ja": "数値が変化した理由を説明します。",
        "zh": "解释某个数值为何变化。",
        "de": "Erklärt, warum sich eine Zahl geändert hat.",
        "fr": "Explique pourquoi un nombre a changé.",
        "es": "Explica por qué cambió un número.",
    },
    permission=Permission.ANALYZE,
    cost=Cost.WORKER,
    cached=Cached(),
    uses=lambda request: Uses(data=(request.data,)),
    example={"data": "orders", "measure": "amount", "before": "2026-02", "after": "2026-03"},
    timeout_s=None,
)
async def explain_change(
    request: ExplainChangeRequest, context: Context, reader: Reader
) -> Explanation:
    """Decompose the change by size, mix and rate over each dimension, asking the whole table."""
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "the data floor pins versions"
    question = Question(**request.model_dump(exclude={"data"}))
    explanation = await asyncio.to_thread(explain, reader, pinned, question, context.cancellation)
    context.disclosures["sql"] = explanation.sql
    context.disclosures["queries"] = 1 + len(explanation.dimensions)
    return explanation

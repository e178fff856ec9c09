"""`models.suggest`: what could be predicted from a dataset, and whether it is worth it."""

import asyncio

from pydantic import BaseModel, Field

from morello.analysis.insights.engine import suggest as find_models
from morello.analysis.insights.suggestion import KindOutlook, ModelSuggestion
from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Reader
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Cost, Uses, tool
from morello.kernel.values import DataRef


class SuggestRequest(BaseModel):
    """Which dataset."""

    data: DataRef = Field(description="Dataset to look at, such as `orders`.")


class Suggestions(BaseModel):
    """What could be predicted, the most worthwhile first."""

    kinds: list[KindOutlook] = Field(description="Kinds of problem, and whether they are possible.")
    suggestions: list[ModelSuggestion] = Field(
        description="What is worth training, each with how well a quick model did, and leaks."
    )
    not_worth: list[str] = Field(
        description="Columns that were tried and that a quick model could not predict."
    )


@tool(
    "models.suggest",
    title={
        "en": "Suggest what could be predicted from a dataset.",
        "ko": "데이터셋으로 무엇을 예측할 수 있을지 제안합니다.",
    },
    permission=Permission.ANALYZE,
    cost=Cost.WORKER,
    cached=Cached(),
    uses=lambda request: Uses(data=(request.data,)),
    example={"data": "orders"},
    timeout_s=None,
)
async def suggest(request: SuggestRequest, context: Context, reader: Reader) -> Suggestions:
    """Fit a quick model for every possible target and tell how well it did on rows not seen."""
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "the data floor pins versions"
    found = await asyncio.to_thread(
        find_models,
        reader,
        pinned,
        report=lambda _: None,
        cancellation=context.cancellation,
    )
    return Suggestions.model_validate(found.model_dump())

"""`models.evaluate`: how a model does on rows it was not made from."""

import functools
from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

from morello.analysis.models.card import Card, Honesty, Metric
from morello.analysis.models.task import Drift
from morello.analysis.models.workshop import Workshop, told
from morello.data.catalog.version import PinnedVersion
from morello.data.models.shelf import Shelf
from morello.kernel.context import Context, Progress
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, Uses, tool
from morello.kernel.values import DataRef


class EvaluateRequest(BaseModel):
    """Which model on which rows."""

    model: str = Field(
        max_length=NAME_LENGTH_MAX + 65,
        description="Model, such as `waiting` or `waiting@<version>`.",
    )
    data: DataRef = Field(description="Dataset whose rows hold the model's columns and its target.")


class Evaluation(BaseModel):
    """How a model does here, beside how it did when it was made."""

    model: str = Field(description="Name of the model.")
    model_version: str = Field(description="Id of the model's version.")
    dataset: str = Field(description="Name of the dataset.")
    version: str = Field(description="Version of the dataset.")
    rows: int = Field(description="Rows of the version.")
    rows_scored: int = Field(description="Rows whose target is known that were scored.")
    metrics: list[Metric] = Field(description="Scores on these rows.")
    expected: list[Metric] = Field(description="Scores on the rows kept for testing in training.")
    honesty: Honesty = Field(description="Whether intervals or chances mean what they say here.")
    drifts: list[Drift] = Field(description="Columns that differ from what the model learned from.")
    notes: list[Message] = Field(description="What to keep in mind.")


@tool(
    "models.evaluate",
    title={
        "en": "Judge a model on the rows of a dataset.",
        "ko": "데이터셋의 행들로 모델을 평가합니다.",
    },
    permission=Permission.ANALYZE,
    route=Route("POST", "/api/v1/models/{model}/evaluations"),
    uses=lambda request: Uses(data=(request.data,)),
    example={"model": "waiting", "data": "orders"},
    timeout_s=None,
)
async def evaluate(
    request: EvaluateRequest, context: Context, workshop: Workshop, shelf: Shelf
) -> AsyncIterator[Progress | Evaluation]:
    """Score rows with known targets in a worker process; of many, a sample."""
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "the data floor pins versions"
    model = await shelf.find(context.principal, request.model)
    content = await shelf.content(model)
    card = Card.model_validate(model.card)
    work = functools.partial(workshop.evaluate, pinned, content, cancellation=context.cancellation)
    context.disclosures.update(model=model.name, model_version=model.digest)
    async for update in told(lambda report: work(report=report)):
        if isinstance(update, Progress):
            yield update
            continue
        yield Evaluation(
            model=model.name,
            model_version=model.digest,
            dataset=pinned.dataset,
            version=pinned.version,
            rows=update.rows,
            rows_scored=update.rows_known,
            metrics=update.metrics,
            expected=card.metrics,
            honesty=update.honesty,
            drifts=update.drifts,
            notes=_notes(card, pinned, update.metrics),
        )


def _notes(card: Card, pinned: PinnedVersion, metrics: list[Metric]) -> list[Message]:
    skill = next(each for each in metrics if each.name == "skill")
    notes = []
    if pinned.version == card.version:
        notes.append(Message(id="model.note.same"))
    if skill.high < card.skill.low:
        parameters = {"now": round(skill.value, 3), "then": round(card.skill.value, 3)}
        notes.append(Message(id="model.note.worse", parameters=parameters))
    return notes

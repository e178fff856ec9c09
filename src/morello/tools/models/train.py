"""`models.train`: learn to predict a column, and say honestly how well."""

import functools
from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

from morello.analysis.models.card import Card
from morello.analysis.models.wish import Wish
from morello.analysis.models.workshop import Workshop, told
from morello.data.catalog.version import PinnedVersion
from morello.data.models.shelf import Shelf
from morello.kernel.context import Context, Fact, Progress
from morello.kernel.errors import InvalidInput
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, Uses, tool
from morello.kernel.values import DataRef, is_dataset_name


class TrainRequest(Wish):
    """What to learn from which dataset."""

    data: DataRef = Field(description="Dataset to learn from, such as `orders`.")
    name: str | None = Field(
        default=None,
        max_length=NAME_LENGTH_MAX,
        description="Name of the model; dataset and target when left out.",
    )


class Training(BaseModel):
    """The model that is kept now."""

    model: str = Field(description="Name of the model.")
    version: str = Field(description="Id of its version: a keyed digest of all it is made of.")
    size_bytes: int = Field(description="Bytes it takes, sealed.")
    card: Card = Field(description="How it was made, how good it is, and where it ends.")


@tool(
    "models.train",
    title={
        "en": "Train a model to predict a column.",
        "ko": "한 열을 예측하는 모델을 학습합니다.",
    },
    permission=Permission.ANALYZE,
    effect=Effect.WRITES,
    route=Route("POST", "/api/v1/models"),
    uses=lambda request: Uses(data=(request.data,)),
    example={"data": "orders", "target": "wait_minutes", "name": "waiting", "rows_max": 2000},
    timeout_s=None,
)
async def train(
    request: TrainRequest, context: Context, workshop: Workshop, shelf: Shelf
) -> AsyncIterator[Progress | Training]:
    """Fit candidates in a worker process, keep the best; the same version gives the same model."""
    name = request.name or model_name(f"{request.data.dataset} {request.target}")
    if not is_dataset_name(name):
        raise InvalidInput("model_name", name=name)
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "the data floor pins versions"
    work = functools.partial(
        workshop.train,
        pinned,
        Wish.model_validate(request.model_dump(include=set(Wish.model_fields))),
        cancellation=context.cancellation,
    )
    async for update in told(lambda report: work(report=report)):
        if isinstance(update, Progress):
            yield update
            continue
        made, content = update
        card = made.card.model_dump(mode="json")
        kept = await shelf.keep(context, name, pinned, card, content)
        said = {"model": name, "version": kept.digest, "data_version": pinned.version}
        context.disclosures.update(said, algorithm=made.card.algorithm, device=made.card.device)
        context.record(Fact(stream=f"model:{kept.id}", kind="model.trained", body=said))
        yield Training(model=name, version=kept.digest, size_bytes=kept.bytes, card=made.card)


def model_name(text: str) -> str:
    """Return the name a model gets: `orders rating (1-5)` gives `orders rating 1-5`."""
    kept = "".join(each if each.isalnum() or each in " _-." else " " for each in text)
    name = " ".join(kept.split())[:NAME_LENGTH_MAX]
    return name if is_dataset_name(name) else f"model {name}".strip()[:NAME_LENGTH_MAX]

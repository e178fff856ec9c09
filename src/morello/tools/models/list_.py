"""`models.list`: which models there are."""

import datetime

from pydantic import BaseModel, Field

from morello.analysis.models.card import Algorithm, Card, Kind
from morello.data.models.model import ModelVersion
from morello.data.models.shelf import Shelf
from morello.kernel.context import Context
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool

_PAGE_MAX = 200


class ListRequest(BaseModel):
    """A page of models."""

    after: str = Field(
        default="", max_length=NAME_LENGTH_MAX, description="Name after which the page begins."
    )
    limit: int = Field(default=100, ge=1, le=_PAGE_MAX, description="Most models to return.")


class ListedModel(BaseModel):
    """A model at its newest version."""

    name: str = Field(description="Name of the model.")
    version: str = Field(description="Id of its newest version.")
    kind: Kind = Field(description="regression or classification.")
    target: str = Field(description="The column that it predicts.")
    dataset: str = Field(description="Dataset it was trained on.")
    data_version: str = Field(description="Version of the dataset.")
    algorithm: Algorithm = Field(description="dummy, linear or boosted.")
    skill: float = Field(description="Share of a plain guess's error that it takes away.")
    worth: bool = Field(description="Whether it is better than always saying the same thing.")
    size_bytes: int = Field(description="Bytes it takes.")
    made_at: datetime.datetime = Field(description="When it was trained.")

    @classmethod
    def of(cls, model: ModelVersion) -> "ListedModel":
        """Tell of a model."""
        card = Card.model_validate(model.card)
        return cls(
            name=model.name,
            version=model.digest,
            kind=card.kind,
            target=card.target,
            dataset=model.dataset,
            data_version=model.data_version,
            algorithm=card.algorithm,
            skill=card.skill.value,
            worth=card.worth,
            size_bytes=model.bytes,
            made_at=model.made_at,
        )


class ModelList(BaseModel):
    """Models in order of name."""

    models: list[ListedModel] = Field(description="The page.")
    next_after: str | None = Field(description="What to give as `after` for the next page.")


@tool(
    "models.list",
    title={"en": "List the models.", "ko": "모델 목록을 보여줍니다."},
    permission=Permission.READ_DATA,
    route=Route("GET", "/api/v1/models"),
    example={"limit": 10},
)
async def list_(request: ListRequest, context: Context, shelf: Shelf) -> ModelList:
    """Return a page of the models that the caller may know of."""
    page, after = await shelf.newest(context.principal, after=request.after, limit=request.limit)
    return ModelList(models=[ListedModel.of(each) for each in page], next_after=after)

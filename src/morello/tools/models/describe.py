"""`models.describe`: a model's card, and where it comes from."""

import datetime

from pydantic import BaseModel, Field

from morello.analysis.models.card import Card
from morello.data.models.shelf import Shelf
from morello.kernel.context import Context
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool

_VERSIONS_MAX = 100


class DescribeRequest(BaseModel):
    """Which model."""

    model: str = Field(
        max_length=NAME_LENGTH_MAX + 65,
        description="Model, such as `waiting` or `waiting@<version>`.",
    )


class ModelLine(BaseModel):
    """One version in the history."""

    version: str = Field(description="Id of the version.")
    data_version: str = Field(description="Version of the dataset it was trained on.")
    made_at: datetime.datetime = Field(description="When it was trained.")


class ModelDescription(BaseModel):
    """A model at one version."""

    model: str = Field(description="Name of the model.")
    version: str = Field(description="Id of the version that is described.")
    size_bytes: int = Field(description="Bytes it takes.")
    made_at: datetime.datetime = Field(description="When it was trained.")
    card: Card = Field(description="How it was made, how good it is, and where it ends.")
    versions: list[ModelLine] = Field(description="Versions, the newest first.")


@tool(
    "models.describe",
    title={
        "en": "Describe a model: its card and its versions.",
        "ko": "모델 카드와 버전들을 보여줍니다.",
    },
    permission=Permission.READ_DATA,
    route=Route("GET", "/api/v1/models/{model}"),
    example={"model": "waiting"},
)
async def describe(request: DescribeRequest, context: Context, shelf: Shelf) -> ModelDescription:
    """Return what is known of the model without loading it."""
    model = await shelf.find(context.principal, request.model)
    versions = await shelf.versions(context.principal, model.name, limit=_VERSIONS_MAX)
    return ModelDescription(
        model=model.name,
        version=model.digest,
        size_bytes=model.bytes,
        made_at=model.made_at,
        card=Card.model_validate(model.card),
        versions=[
            ModelLine(version=each.digest, data_version=each.data_version, made_at=each.made_at)
            for each in versions
        ],
    )

"""`models.delete`: remove a model and all its versions."""

from pydantic import BaseModel, Field

from morello.data.models.shelf import Shelf
from morello.kernel.context import Context, Fact
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class DeleteRequest(BaseModel):
    """Which model."""

    model: str = Field(
        max_length=NAME_LENGTH_MAX, description="Name of the model; all its versions go."
    )


class ModelDeletion(BaseModel):
    """What is gone."""

    model: str = Field(description="Name the model had.")
    versions: int = Field(description="Versions that are gone.")
    message: Message = Field(description="What that means.")


@tool(
    "models.delete",
    title={
        "en": "Delete a model and all its versions.",
        "ko": "모델과 모든 버전을 삭제합니다.",
    },
    permission=Permission.DELETE_DATA,
    effect=Effect.DESTROYS,
    route=Route("DELETE", "/api/v1/models/{model}"),
    example={"model": "waiting"},
)
async def delete(request: DeleteRequest, context: Context, shelf: Shelf) -> ModelDeletion:
    """Remove the model for good. Datasets with its predictions stay."""
    model = await shelf.find(context.principal, request.model)
    versions = await shelf.delete(context.principal, model.name)
    body = {"model": model.name, "versions": versions}
    context.record(Fact(stream=f"model:{model.id}", kind="model.deleted", body=body))
    return ModelDeletion(
        model=model.name,
        versions=versions,
        message=Message(id="model.deleted", parameters={"name": model.name}),
    )

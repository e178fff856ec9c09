"""`data.delete`: remove a dataset, all its versions and their files."""

from pydantic import BaseModel, Field

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.kernel.context import Context, Fact
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, tool


class DeleteRequest(BaseModel):
    """Which dataset."""

    data: str = Field(
        description="Name of the dataset; all its versions go.", max_length=NAME_LENGTH_MAX
    )


class Deletion(BaseModel):
    """What is gone."""

    dataset: str = Field(description="Name the dataset had.")
    versions: int = Field(description="Versions that are gone.")
    files: int = Field(description="Files that were removed.")
    message: Message = Field(description="What that means for receipts that name it.")


@tool(
    "data.delete",
    title={
        "en": "Delete a dataset, all its versions and their files.",
        "ko": "데이터셋과 모든 버전, 그 파일들을 삭제합니다.",
    },
    permission=Permission.DELETE_DATA,
    effect=Effect.DESTROYS,
    route=Route("DELETE", "/api/v1/datasets/{data}"),
    example={"data": "tiny"},
)
async def delete(
    request: DeleteRequest, context: Context, catalog: Catalog, lake: Lake
) -> Deletion:
    """Remove the dataset for good. Old receipts still verify, but cannot be run again."""
    organization_id = context.principal.organization_id
    dataset = await catalog.dataset(organization_id, request.data)
    versions = await catalog.delete(organization_id, dataset.id)
    files = {file.path: file for version in versions for file in version.files}
    context.after_record.append(lambda: lake.remove(organization_id, files.values()))
    context.record(
        Fact(
            stream=f"dataset:{dataset.id}",
            kind="dataset.deleted",
            body={
                "dataset": dataset.name,
                "versions": [version.id for version in versions],
                "files": len(files),
            },
        )
    )
    return Deletion(
        dataset=dataset.name,
        versions=len(versions),
        files=len(files),
        message=Message(id="data.deleted", parameters={"name": dataset.name, "files": len(files)}),
    )

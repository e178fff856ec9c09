"""`data.list`: which datasets there are."""

import datetime

from pydantic import BaseModel, Field

from morello.data.catalog.catalog import Catalog
from morello.kernel.context import Context
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool

_PAGE_MAX = 1000


class ListRequest(BaseModel):
    """A page of datasets."""

    after: str = Field(
        default="", max_length=NAME_LENGTH_MAX, description="Name after which the page begins."
    )
    limit: int = Field(default=100, ge=1, le=_PAGE_MAX, description="Most datasets to return.")


class ListedDataset(BaseModel):
    """A dataset at its newest version."""

    name: str = Field(description="Name of the dataset.")
    version: str | None = Field(description="Id of the newest version.")
    rows: int = Field(description="Rows it has.")
    columns: int = Field(description="Columns it has.")
    size_bytes: int = Field(description="Bytes of its files.")
    made_at: datetime.datetime = Field(description="When the newest version was made.")


class DatasetList(BaseModel):
    """Datasets in order of name."""

    datasets: list[ListedDataset] = Field(description="The page.")
    next_after: str | None = Field(description="What to give as `after` for the next page.")


@tool(
    "data.list",
    title={"en": "List the datasets.", "ko": "데이터셋 목록을 보여줍니다."},
    permission=Permission.READ_CATALOG,
    route=Route("GET", "/api/v1/datasets"),
    example={"limit": 10},
)
async def list_(request: ListRequest, context: Context, catalog: Catalog) -> DatasetList:
    """Return a page of datasets with their newest versions."""
    organization_id = context.principal.organization_id
    found = await catalog.listed(organization_id, after=request.after, limit=request.limit + 1)
    page = found[: request.limit]
    datasets = [
        ListedDataset(
            name=each.name,
            version=each.version,
            rows=each.rows,
            columns=each.columns,
            size_bytes=each.bytes,
            made_at=each.made_at,
        )
        for each in page
        if each.made_at is not None  # made, and nothing in it yet
    ]
    more = len(found) > request.limit
    return DatasetList(datasets=datasets, next_after=page[-1].name if more else None)

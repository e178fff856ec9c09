"""`data.describe`: what a dataset is made of, and where it comes from."""

import datetime
from collections.abc import Sequence

from pydantic import BaseModel, Field

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.version import Lineage, Made, PinnedVersion, Rejected
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, Uses, tool
from morello.kernel.values import Column, DataRef

_VERSIONS_MAX = 100
_REJECTED_MAX = 100


class DescribeRequest(BaseModel):
    """Which dataset."""

    data: DataRef = Field(description="Dataset, such as `orders` or `orders@<version>`.")


class VersionLine(BaseModel):
    """One version in the history."""

    version: str = Field(description="Id of the version.")
    rows: int = Field(description="Rows it has.")
    made_at: datetime.datetime = Field(description="When it was made.")
    how: str = Field(description="How it was made: import, append, ...")


class Description(BaseModel):
    """A dataset at one version."""

    dataset: str = Field(description="Name of the dataset.")
    version: str = Field(description="Id of the version that is described.")
    rows: int = Field(description="Rows it has.")
    size_bytes: int = Field(description="Bytes of its files.")
    columns: list[Column] = Field(description="The columns the caller may see, in order.")
    made_at: datetime.datetime = Field(description="When the version was made.")
    lineage: Lineage = Field(description="What the version was made from.")
    versions: list[VersionLine] = Field(description="Versions, the newest first.")
    rejected: list[Rejected] = Field(
        description="The first rejected rows; none for a caller who may not see every row."
    )


@tool(
    "data.describe",
    title={
        "en": "Describe a dataset: columns, versions, origin.",
        "ko": "데이터셋의 열, 버전, 출처를 설명합니다.",
    },
    permission=Permission.READ_DATA,
    route=Route("GET", "/api/v1/datasets/{data}"),
    uses=lambda request: Uses(data=(request.data,)),
    example={"data": "orders"},
)
async def describe(request: DescribeRequest, context: Context, catalog: Catalog) -> Description:
    """Return what is known of the version without reading its rows."""
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "a dataset of ours"
    organization_id = context.principal.organization_id
    history = await catalog.history(organization_id, pinned.dataset_id, limit=_VERSIONS_MAX)
    made = next((each for each in history if each.version == pinned.version), None)
    if made is None:  # older than those
        found = await catalog.version(organization_id, pinned.dataset_id, pinned.version)
        made = Made.of(found)
    hidden = pinned.rules.hidden_columns
    sees_all = not (hidden or pinned.rules.masked_columns or pinned.rules.row_filter)
    rejected: Sequence[Rejected] = ()
    if sees_all and pinned.lineage.rows_rejected:
        rejected = await catalog.rejected(
            organization_id, pinned.dataset_id, pinned.version, limit=_REJECTED_MAX
        )
    return Description(
        dataset=pinned.dataset,
        version=pinned.version,
        rows=made.rows,
        size_bytes=made.bytes,
        columns=[column for column in pinned.columns if column.name not in hidden],
        made_at=made.made_at,
        lineage=pinned.lineage,
        versions=[
            VersionLine(version=each.version, rows=each.rows, made_at=each.made_at, how=each.how)
            for each in history
        ],
        rejected=list(rejected),
    )

"""`data.preview`: the first rows of a dataset."""

from pydantic import BaseModel, Field
from sqlglot import exp

from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Engine
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Route, Uses, tool
from morello.kernel.values import DataRef, Table

_ROWS_MAX = 1000


class PreviewRequest(BaseModel):
    """Which dataset, and how many rows."""

    data: DataRef = Field(description="Dataset, such as `orders` or `orders@<version>`.")
    rows: int = Field(default=20, ge=1, le=_ROWS_MAX, description="Rows to show.")


@tool(
    "data.preview",
    title={"en": "Show the first rows of a dataset.", "ko": "데이터셋의 첫 행들을 보여줍니다."},
    permission=Permission.READ_DATA,
    route=Route("GET", "/api/v1/datasets/{data}/rows"),
    cached=Cached(),
    uses=lambda request: Uses(data=(request.data,)),
    example={"data": "orders", "rows": 3},
)
async def preview(request: PreviewRequest, context: Context, engine: Engine) -> Table:
    """Return the first rows in the order of the file, as far as the caller may see them."""
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "a dataset of ours"
    table = exp.to_identifier(pinned.dataset, quoted=True)
    tree = exp.select("*").from_(exp.Table(this=table)).limit(request.rows + 1)
    answer = await engine.query(
        tree,
        {pinned.dataset: pinned},
        rows_max=request.rows,
        cancellation=context.cancellation,
    )
    return Table.from_arrow(answer.table, truncated=answer.truncated)

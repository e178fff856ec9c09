"""`data.query`: ask datasets in SQL."""

from pydantic import BaseModel, Field

from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Engine
from morello.data.engine.query import is_ordered, tables
from morello.kernel.context import Context
from morello.kernel.errors import BadQuery
from morello.kernel.limits import RESULT_ROWS_MAX, SQL_LENGTH_MAX
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Route, Uses, tool
from morello.kernel.values import Table

_ROWS_USUAL = 1000


class QueryRequest(BaseModel):
    """A question in SQL."""

    sql: str = Field(
        description="One SELECT in DuckDB's dialect; its tables are datasets, by their names.",
        min_length=1,
        max_length=SQL_LENGTH_MAX,
    )
    rows_max: int = Field(
        default=_ROWS_USUAL, ge=1, le=RESULT_ROWS_MAX, description="Most rows to return."
    )


class QueryAnswer(BaseModel):
    """The rows, and the query as it ran."""

    table: Table
    sql: str = Field(description="The query as it ran, with row and column rules written in.")
    truncated: bool = Field(description="Whether there were more rows than are returned.")
    ordered: bool = Field(
        description="Whether the query says in which order; without ORDER BY it may change."
    )


@tool(
    "data.query",
    title={"en": "Ask datasets in SQL.", "ko": "SQL로 데이터셋을 조회합니다."},
    permission=Permission.QUERY_DATA,
    route=Route("POST", "/api/v1/query"),
    cached=Cached(),
    uses=lambda request: Uses(sql=request.sql),
    example={
        "sql": "SELECT branch, count(*) AS orders FROM orders GROUP BY branch ORDER BY orders DESC"
    },
)
async def query(request: QueryRequest, context: Context, engine: Engine) -> QueryAnswer:
    """Run the query in a worker process, over the versions that were pinned for this call."""
    named = tables(context.query)
    pinned = {
        ref.dataset: version
        for ref, version in context.pinned.items()
        if ref.dataset in named and isinstance(version, PinnedVersion)
    }
    answer = await engine.query(
        context.query, pinned, rows_max=request.rows_max, cancellation=context.cancellation
    )
    context.disclosures["sql"] = answer.sql
    try:
        table = Table.from_arrow(answer.table, truncated=answer.truncated)
    except (OverflowError, ValueError):
        raise BadQuery("date_range") from None
    return QueryAnswer(
        table=table,
        sql=answer.sql,
        truncated=answer.truncated,
        ordered=is_ordered(context.query),
    )

"""`insights.rows`: the rows behind a finding, or behind one mark of its picture."""

from pydantic import BaseModel, Field

from morello.analysis.charts.condition import CONDITIONS_MAX, Condition
from morello.analysis.charts.selection import REFERENCE
from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.table.rows import behind, page, rows_query
from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Engine
from morello.kernel.context import Context
from morello.kernel.errors import BadQuery, InvalidInput, NotFound
from morello.kernel.permission import Permission
from morello.kernel.tool import Cached, Route, Uses, tool
from morello.kernel.values import DataRef, Table

_ROWS_USUAL = 50
_ROWS_MAX = 1_000
_OFFSET_MAX = 10_000_000
_ID_LENGTH_MAX = 2_000


class RowsRequest(BaseModel):
    """Which rows: of a finding, of a mark of its picture, or of conditions; and which page."""

    data: DataRef = Field(description="Dataset, such as `orders`, as it was analysed.")
    finding: str | None = Field(
        default=None,
        max_length=_ID_LENGTH_MAX,
        description="Id of a finding of `insights.analyze`; the whole dataset when left out.",
    )
    mark: str = Field(
        default="",
        pattern=f"^{REFERENCE}$",
        description="Part of the finding's picture: `s0` a series, `s0p3` its fourth point, `m0` a"
        " mark, `r0` a range.",
    )
    where: list[Condition] = Field(
        default=[],
        max_length=CONDITIONS_MAX,
        description="Further conditions, all of which must hold.",
    )
    offset: int = Field(default=0, ge=0, le=_OFFSET_MAX, description="Rows to leave out first.")
    rows: int = Field(default=_ROWS_USUAL, ge=1, le=_ROWS_MAX, description="Rows to show.")


class RowsAnswer(BaseModel):
    """A page of rows, and how it was asked for."""

    table: Table
    where: list[Condition] = Field(description="What the mark and the request ask of a row.")
    sql: str = Field(description="The query as it ran, with row and column rules written in.")
    next_offset: int | None = Field(description="Where the next page begins; none after the last.")


@tool(
    "insights.rows",
    title={
        "en": "Show the rows behind a finding or a mark of its picture.",
        "ko": "발견이나 그림의 한 부분에 해당하는 행들을 보여줍니다.",
    },
    permission=Permission.READ_DATA,
    route=Route("POST", "/api/v1/insights/rows"),
    cached=Cached(),
    uses=lambda request: Uses(data=(request.data,)),
    example={
        "data": "orders",
        "where": [{"column": "branch", "values": ["Harbour"]}],
        "rows": 3,
    },
    timeout_s=None,
)
async def rows(request: RowsRequest, context: Context, engine: Engine) -> RowsAnswer:
    """Find the finding in the analysis of the pinned version, and ask for its rows.

    No query comes from outside: conditions are values, which are quoted, and a finding's own query
    is taken from the analysis. The caller's row and column rules apply as to any other query.
    """
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "the data floor pins versions"
    source, where = await _wanted(request, context, pinned)
    where = [*where, *request.where]
    sql = rows_query(pinned.dataset, pinned.columns, where, source)
    answer = await engine.query(
        page(sql, source, offset=request.offset, rows=request.rows),
        {pinned.dataset: pinned},
        rows_max=request.rows,
        cancellation=context.cancellation,
    )
    context.disclosures["sql"] = answer.sql
    following = request.offset + request.rows
    try:
        table = Table.from_arrow(answer.table, truncated=answer.truncated)
    except (OverflowError, ValueError):
        raise BadQuery("date_range") from None
    return RowsAnswer(
        table=table,
        where=where,
        sql=answer.sql,
        next_offset=following if answer.truncated and following <= _OFFSET_MAX else None,
    )


async def _wanted(
    request: RowsRequest, context: Context, pinned: PinnedVersion
) -> tuple[str | None, list[Condition]]:
    """Return the finding's own query, where there is one to look within, and conditions."""
    if request.finding is None:
        if request.mark:
            raise InvalidInput("mark_alone", mark=request.mark)
        return None, []
    exact = DataRef(dataset=request.data.dataset, version=pinned.version)
    analysis = await context.call("insights.analyze", {"data": exact.model_dump()})
    assert isinstance(analysis, Analysis), "insights.analyze gives an Analysis"
    finding = next((each for each in analysis.findings if each.id == request.finding), None)
    if finding is None:
        raise NotFound("finding", finding=request.finding, name=pinned.dataset)
    try:
        return behind(finding, request.mark)
    except LookupError:
        raise NotFound("mark", mark=request.mark, finding=finding.id) from None

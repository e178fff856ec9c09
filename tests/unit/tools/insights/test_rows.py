"""`insights.rows` finds the rows of a finding or a mark, without ever taking a query."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError
from sqlglot import exp

from morello.analysis.charts.chart import Axis, Chart, Series
from morello.analysis.charts.condition import Along, Behind, Condition
from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.finding import Finding
from morello.analysis.methods.profile import Profile
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.engine.engine import Answer
from morello.data.engine.query import to_sql
from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Context, Progress
from morello.kernel.errors import InvalidInput, NotFound
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.limits import RESULT_ROWS_MAX
from morello.kernel.messages import Message
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.values import Column, DataRef
from morello.tools.insights.rows import RowsAnswer, RowsRequest, rows

VERSION = "9f2c4be1" * 8
ORDERS = DataRef(dataset="orders")
_CHART = Chart(
    kind="bar",
    title=Message(id="t"),
    x=Axis(scale="category"),
    y=Axis(),
    series=[Series(x=["Seoul", "Busan"], y=[1.0, 2.0])],
    behind=Behind(x=Along(column="city")),
)


def finding(name: str, rows_sql: str | None = None, chart: Chart | None = None) -> Finding:
    return Finding(
        id=name,
        kind="k",
        group="patterns",
        message=Message(id="m"),
        columns=["city"],
        effect=1,
        coverage=1,
        surprise=1,
        score=1,
        sql="SELECT 1",
        rows_sql=rows_sql,
        chart=chart,
    )


class Analyst:
    """Answers `insights.analyze`."""

    async def call(self, call: Call) -> Reply:
        assert call.tool == "insights.analyze"
        assert call.given == {"data": {"dataset": "orders", "version": VERSION}}
        analysis = Analysis(
            dataset="orders",
            version=VERSION,
            rows=3,
            columns=1,
            rows_read=3,
            rows_rejected=0,
            patterns=[
                finding("own", 'SELECT * FROM "orders" WHERE "city" = \'Seoul\''),
                finding("drawn", chart=_CHART),
                finding("bare"),
            ],
            nothing_noteworthy=False,
            tests_made=0,
            false_discovery_rate=0.05,
            profile=Profile(rows=3, columns=[]),
        )
        return Reply(call_id=call.call_id, event_id=new_id(), output=analysis)

    def stream(self, call: Call) -> AsyncIterator[Progress | Reply]:
        raise NotImplementedError


class Engine:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def query(
        self,
        tree: exp.Query,
        pinned: Mapping[str, PinnedVersion],
        *,
        rows_max: int = RESULT_ROWS_MAX,
        timeout_s: float | None = None,
        cancellation: Cancellation | None = None,
    ) -> Answer:
        assert list(pinned) == ["orders"]
        self.asked.append(to_sql(tree))
        return Answer(pa.table({"city": ["Seoul"] * rows_max}), truncated=True, sql="as it ran")


async def ask(**given: Any) -> tuple[RowsAnswer, str]:
    version = PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=new_id(),
        dataset="orders",
        version=VERSION,
        rows=3,
        columns=(Column(name="city", type="string"),),
        files=(),
        folder=Path("/lake"),
        key=b"",
        lineage=Lineage(how="import"),
    )
    context = Context(
        call_id=new_id(),
        principal=LOCAL_PRINCIPAL,
        tool="insights.rows",
        caller=Analyst(),
        pinned={ORDERS: version},
    )
    engine = Engine()
    answer = await rows.run(RowsRequest(data=ORDERS, **given), context, engine)
    assert isinstance(answer, RowsAnswer)
    return answer, engine.asked[0]


async def test_a_finding_that_has_a_query_is_looked_within() -> None:
    answer, sql = await ask(finding="own", rows=2, offset=4)
    assert "'Seoul'" in sql
    assert sql.endswith("LIMIT 3 OFFSET 4")
    assert (len(answer.table.rows), answer.next_offset) == (2, 6)


async def test_a_mark_leads_to_its_rows() -> None:
    answer, sql = await ask(finding="drawn", mark="s0p1")
    assert answer.where == [Condition(column="city", values=["Busan"])]
    assert "'Busan'" in sql


async def test_a_finding_that_does_not_say_shows_the_rows_that_have_its_columns() -> None:
    assert "NOT " in (await ask(finding="bare"))[1]


async def test_conditions_of_the_caller_are_added_as_values() -> None:
    hostile = "' OR 1=1; --"
    _, sql = await ask(finding="own", where=[Condition(column="city", values=[hostile])])
    assert "''' OR 1=1; --'" in sql
    assert "'Seoul'" in sql


@pytest.mark.parametrize(
    "given",
    [
        {"finding": "none"},
        {"finding": "drawn", "mark": "s7"},
        {"finding": "own", "mark": "s0"},
    ],
)
async def test_what_is_not_there(given: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        await ask(**given)


async def test_a_mark_needs_its_finding() -> None:
    with pytest.raises(InvalidInput):
        await ask(mark="s0")


@pytest.mark.parametrize("mark", ["s", "s0p", "x1", "s0p0; DROP", "s99999"])
def test_a_reference_is_nothing_else(mark: str) -> None:
    with pytest.raises(ValidationError):
        RowsRequest(data=ORDERS, finding="a", mark=mark)

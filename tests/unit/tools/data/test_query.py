import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError
from sqlglot import exp

from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.engine.engine import Answer
from morello.data.engine.query import parse, to_sql
from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Context
from morello.kernel.errors import BadQuery
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.limits import RESULT_ROWS_MAX
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.values import DataRef
from morello.tools.data.query import QueryAnswer, QueryRequest, query


class NoCaller:
    """Nobody calls further."""

    async def call(self, call: Call) -> Reply:
        raise NotImplementedError

    def stream(self, call: Call) -> Any:
        raise NotImplementedError


class Engine:
    """Remembers what it was asked, and answers with one table."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.asked: list[tuple[str, list[str], int, Cancellation | None]] = []

    async def query(
        self,
        tree: exp.Query,
        pinned: Mapping[str, PinnedVersion],
        *,
        rows_max: int = RESULT_ROWS_MAX,
        timeout_s: float | None = None,
        cancellation: Cancellation | None = None,
    ) -> Answer:
        self.asked.append((to_sql(tree), sorted(pinned), rows_max, cancellation))
        return Answer(table=self.table, truncated=True, sql="as it ran")


def pinned(name: str) -> PinnedVersion:
    return PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=uuid.UUID(int=1),
        dataset=name,
        version="0" * 64,
        rows=1,
        columns=(),
        files=(),
        folder=Path("/lake"),
        key=bytes(32),
        lineage=Lineage(how="import"),
    )


def context(sql: str, *names: str) -> Context:
    return Context(
        call_id=new_id(),
        principal=LOCAL_PRINCIPAL,
        tool="data.query",
        caller=NoCaller(),
        pinned={DataRef(dataset=name): pinned(name) for name in names},
        query=parse(sql),
    )


async def ask(sql: str, engine: Engine, given: Context, **more: Any) -> QueryAnswer:
    answer: QueryAnswer = await query.run(QueryRequest(sql=sql, **more), given, engine=engine)
    return answer


async def test_asks_the_engine_and_discloses_what_ran() -> None:
    sql = "SELECT n FROM orders ORDER BY n"
    engine, given = Engine(pa.table({"n": [1, 2]})), context(sql, "orders", "unrelated")
    answer = await ask(sql, engine, given, rows_max=2)
    assert answer.table.rows == [[1], [2]]
    assert answer.truncated
    assert answer.table.truncated
    assert answer.ordered
    assert answer.sql == given.disclosures["sql"] == "as it ran"
    assert engine.asked == [
        ('SELECT "n" FROM "orders" ORDER BY "n"', ["orders"], 2, given.cancellation)
    ]


async def test_says_when_the_order_is_anybodys_guess() -> None:
    sql = "SELECT n FROM orders"
    answer = await ask(sql, Engine(pa.table({"n": [1]})), context(sql, "orders"))
    assert not answer.ordered


async def test_a_date_no_calendar_knows_is_explained() -> None:
    sql = "SELECT 1"
    far = pa.table({"d": pa.array([10**15], pa.timestamp("s"))})
    with pytest.raises(BadQuery):
        await ask(sql, Engine(far), context(sql))


@pytest.mark.parametrize("given", [{"sql": ""}, {"sql": "x", "rows_max": 0}, {}])
def test_a_request_has_limits(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        QueryRequest.model_validate(given)
    with pytest.raises(ValidationError):
        QueryRequest(sql="SELECT 1", rows_max=RESULT_ROWS_MAX + 1)


def test_names_its_query_before_it_runs() -> None:
    assert query.uses(QueryRequest(sql="SELECT 1")).sql == "SELECT 1"

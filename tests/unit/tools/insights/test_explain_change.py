"""`insights.explain_change` asks the pinned version, and discloses its queries."""

import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.caller import Call, Reply
from morello.kernel.context import Context, Progress
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.values import Column, DataRef
from morello.tools.insights.explain_change import ExplainChangeRequest, explain_change

_ORDERS = DataRef(dataset="orders")
_TABLE = pa.table(
    {
        "month": ["a", "a", "b", "b"],
        "city": ["Seoul", "Busan", "Seoul", "Busan"],
        "amount": [10.1, 20.2, 10.1, 5.3],
    }
)


class OneTable:
    """Reads the table above, whatever is asked for."""

    def batches(
        self,
        pinned: PinnedVersion,
        *,
        columns: Sequence[str] | None = None,
        batch_rows: int = 1 << 16,
    ) -> Iterator[pa.RecordBatch]:
        raise AssertionError("everything is asked in SQL")

    def sql(self, query: str, pinned: Mapping[str, PinnedVersion]) -> pa.Table:
        with duckdb.connect() as connection:
            connection.register("orders", _TABLE)
            return connection.execute(query).to_arrow_table()


class Nobody:
    """Answers nothing."""

    async def call(self, call: Call) -> Reply:
        raise AssertionError(call.tool)

    def stream(self, call: Call) -> AsyncIterator[Progress | Reply]:
        raise AssertionError(call.tool)


async def test_the_answer_adds_up_and_names_its_queries() -> None:
    pinned = PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=uuid.UUID(int=1),
        dataset="orders",
        version="ab" * 32,
        rows=4,
        columns=tuple(Column(name=each.name, type=str(each.type)) for each in _TABLE.schema),
        files=(),
        folder=Path("/"),
        key=b"",
        lineage=Lineage(how="import", rows_read=4),
    )
    context = Context(
        call_id=new_id(),
        principal=LOCAL_PRINCIPAL,
        tool="insights.explain_change",
        caller=Nobody(),
        pinned={_ORDERS: pinned},
    )
    request = ExplainChangeRequest(
        data=_ORDERS, measure="amount", by="month", before="a", after="b"
    )
    found = await explain_change.run(request, context, OneTable())
    assert (found.before.value, found.after.value, found.change) == (30.3, 15.4, -14.9)
    [city] = found.dimensions
    assert [(each.value, each.rate) for each in city.groups] == [("Busan", -14.9), ("Seoul", 0.0)]
    assert context.disclosures["queries"] == 2
    assert context.disclosures["sql"] == found.sql

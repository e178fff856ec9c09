"""`insights.analyze` looks at the pinned version, says how far it is, and discloses its tests."""

import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.insights.analysis import Analysis
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.caller import Call, Reply
from morello.kernel.context import Context, Progress
from morello.kernel.errors import NotFound
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.values import DataRef
from morello.tools.insights.analyze import AnalyzeRequest, analyze
from morello.tools.models.suggest import Suggestions, SuggestRequest, suggest

_ORDERS = DataRef(dataset="orders")
_GENERATOR = np.random.default_rng(1)
_SIZE = _GENERATOR.normal(30, 5, 600)
_TABLE = pa.table(
    {
        "city": ["Seoul", "Busan", "Daegu"] * 200,
        "size": _SIZE,
        "amount": _SIZE * 2 + _GENERATOR.normal(0, 6, 600) + 9 * (np.arange(600) % 3 == 0),
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
        yield from _TABLE.to_batches(batch_rows)

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


@pytest.fixture
def context() -> Context:
    pinned = PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=uuid.UUID(int=1),
        dataset="orders",
        version="ab" * 32,
        rows=_TABLE.num_rows,
        columns=(),
        files=(),
        folder=Path("/"),
        key=b"",
        lineage=Lineage(how="import", rows_read=600, rows_rejected=2),
    )
    return Context(
        call_id=new_id(),
        principal=LOCAL_PRINCIPAL,
        tool="insights.analyze",
        caller=Nobody(),
        pinned={_ORDERS: pinned},
    )


async def test_the_last_update_is_the_analysis(context: Context) -> None:
    request = AnalyzeRequest(data=_ORDERS)
    updates = [each async for each in analyze.run(request, context, OneTable())]
    assert all(isinstance(each, Progress) for each in updates[:-1])
    analysis = updates[-1]
    assert isinstance(analysis, Analysis)
    assert (analysis.dataset, analysis.version) == ("orders", "ab" * 32)
    assert (analysis.rows_read, analysis.rows_rejected) == (600, 2)
    assert {each.kind for each in analysis.findings} >= {"segment", "correlation"}
    assert context.disclosures["tests_made"] == analysis.tests_made
    assert context.disclosures["findings"] == [each.id for each in analysis.findings]


async def test_what_was_not_pinned_is_not_there(context: Context) -> None:
    request = AnalyzeRequest(data=DataRef(dataset="others"))
    with pytest.raises(NotFound):
        _ = [each async for each in analyze.run(request, context, OneTable())]


async def test_models_are_suggested_alone(context: Context) -> None:
    found = await suggest.run(SuggestRequest(data=_ORDERS), context, OneTable())
    assert isinstance(found, Suggestions)
    assert "amount" in {each.target for each in found.suggestions}

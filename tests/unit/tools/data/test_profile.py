"""`data.profile` reads the pinned rows once, tells how far it is, and stops when asked."""

import datetime
import json
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.methods.profile import Profile
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.policy.rules import Rules
from morello.kernel.caller import Call, Reply
from morello.kernel.context import Context, Progress
from morello.kernel.errors import Cancelled
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.messages import LANGUAGES, Message, catalog, render
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.values import Column, DataRef
from morello.tools.data.profile import ProfileRequest, profile

ORDERS = DataRef(dataset="orders")


class Rows:
    """A reader of a table in memory, that cancels the call when it has given so many batches."""

    def __init__(self, table: pa.Table, context: Context, cancels_at: int | None = None) -> None:
        self._table, self._context, self._cancels_at = table, context, cancels_at
        self.given = 0

    def batches(
        self,
        pinned: PinnedVersion,
        *,
        columns: Sequence[str] | None = None,
        batch_rows: int = 1 << 16,
    ) -> Iterator[pa.RecordBatch]:
        for batch in self._table.to_batches(max_chunksize=min(batch_rows, 1000)):
            self.given += 1
            if self.given == self._cancels_at:
                self._context.cancellation.cancel()
            yield batch

    def sql(self, query: str, pinned: Mapping[str, PinnedVersion]) -> pa.Table:
        raise NotImplementedError


class Nobody:
    async def call(self, call: Call) -> Reply:
        raise NotImplementedError

    def stream(self, call: Call) -> AsyncIterator[Progress | Reply]:
        raise NotImplementedError


def a_context(table: pa.Table, rules: Rules = Rules()) -> Context:  # noqa: B008 - frozen
    columns = tuple(Column(name=each.name, type=str(each.type)) for each in table.schema)
    pinned = PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=uuid.UUID(int=1),
        dataset="orders",
        version="0" * 64,
        rows=table.num_rows,
        columns=columns,
        files=(),
        folder=Path("/nowhere"),
        key=b"",
        rules=rules,
        lineage=Lineage(how="import"),
    )
    return Context(
        call_id=new_id(),
        principal=LOCAL_PRINCIPAL,
        tool="data.profile",
        caller=Nobody(),
        pinned={ORDERS: pinned},
    )


def a_table(rows: int) -> pa.Table:
    day = datetime.date(2026, 1, 1)
    return pa.table({"n": np.arange(rows), "d": pa.array([day] * rows), "t": ["x"] * rows})


async def test_it_tells_how_far_it_is_and_ends_with_the_profile() -> None:
    table = a_table(2500)
    context = a_context(table)
    request = ProfileRequest(data=ORDERS)
    updates = [each async for each in profile.run(request, context, Rows(table, context))]
    shares = [each.share for each in updates if isinstance(each, Progress)]
    assert shares == [0.4, 0.8, 1.0]
    assert isinstance(updates[-1], Profile)
    assert [column.kind for column in updates[-1].columns] == ["number", "time", "category"]
    assert updates[-1].rows == 2500


async def test_it_stops_between_batches_when_cancelled() -> None:
    table = a_table(9000)
    context = a_context(table)
    rows = Rows(table, context, cancels_at=3)
    with pytest.raises(Cancelled):
        async for _ in profile.run(ProfileRequest(data=ORDERS), context, rows):
            pass
    assert rows.given == 3


async def test_a_dataset_without_rows_has_its_visible_columns() -> None:
    table = a_table(0)
    context = a_context(table, Rules(hidden_columns=frozenset({"d"})))
    request = ProfileRequest(data=ORDERS)
    (found,) = [each async for each in profile.run(request, context, Rows(table, context))]
    assert [column.name for column in found.columns] == ["n", "t"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_note_has_words(language: str) -> None:
    parameters = {
        "columns": 3,
        "error": 0.005,
        "used": 500,
        "numbers": 600,
        "shown": 5000,
        "pairs": 9000,
        "done": 1,
        "rows": 2,
        "version": 9,
    }
    text = (resources.files("morello") / "texts/en/profile.json").read_text(encoding="utf-8")
    ours = json.loads(text)
    for id_ in ours:
        assert id_ in catalog(language)
        words = render(Message(id=id_, parameters=parameters), language)
        assert "{" not in words

from collections.abc import Callable

import pytest

from morello.data.catalog.version import PinnedVersion
from morello.data.engine.duckdb_reader import DuckReader
from morello.data.policy.rules import Rules
from morello.kernel.errors import BadQuery, NotFound

Ruled = Callable[[Rules], PinnedVersion]


@pytest.fixture(scope="module")
def reader() -> DuckReader:
    return DuckReader()


@pytest.mark.parametrize("batch_rows", [1, 7, 100, 1 << 16])
def test_rows_come_in_order_and_in_parts(
    reader: DuckReader, people: PinnedVersion, batch_rows: int
) -> None:
    batches = list(reader.batches(people, columns=["id"], batch_rows=batch_rows))
    assert [i for batch in batches for i in batch.column(0).to_pylist()] == list(range(1000))
    assert max(batch.num_rows for batch in batches) <= batch_rows


def test_all_columns_or_those_asked_for(reader: DuckReader, people: PinnedVersion) -> None:
    names = [column.name for column in people.columns]
    assert next(reader.batches(people)).schema.names == names
    assert next(reader.batches(people, columns=["score", "id"])).schema.names == ["score", "id"]


def test_a_reader_may_stop_early(reader: DuckReader, people: PinnedVersion) -> None:
    for batch in reader.batches(people, batch_rows=10):
        assert batch.num_rows == 10
        break


def test_rules_apply_to_batches(reader: DuckReader, ruled: Ruled) -> None:
    version = ruled(
        Rules(
            row_filter="id < 5",
            hidden_columns=frozenset({"Tags"}),
            masked_columns=frozenset({"name"}),
        )
    )
    (batch,) = reader.batches(version)
    assert batch.schema.names == ["id", "name", "region", "salary", "score", "joined"]
    assert batch.column("name").to_pylist() == [None] * 5
    with pytest.raises(BadQuery):
        next(reader.batches(version, columns=["tags"]))


def test_rules_apply_to_our_own_queries(reader: DuckReader, ruled: Ruled) -> None:
    version = ruled(Rules(row_filter="id < 5"))
    table = reader.sql("SELECT count(*) AS n FROM people USING SAMPLE 100%", {"people": version})
    assert table.to_pylist() == [{"n": 5}]


def test_our_own_queries_know_only_what_is_pinned(
    reader: DuckReader, people: PinnedVersion
) -> None:
    with pytest.raises(NotFound):
        reader.sql("FROM others", {"people": people})

"""Conditions become queries that DuckDB reads as they were meant, whatever they hold."""

import datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morello.analysis.charts.condition import Condition
from morello.analysis.insights.finding import Finding
from morello.analysis.insights.table.rows import behind, page, rows_query
from morello.data.engine.query import to_sql
from morello.kernel.messages import Message
from morello.kernel.values import Column

_DAY = datetime.date(2026, 3, 2)  # a Monday
TABLE = pa.table(
    {
        "n": pa.array([1, 2, 3, None], pa.int64()),
        "f": pa.array([0.1, float("inf"), 2.5, None], pa.float64()),
        "s": ["a", 'b"; DROP TABLE t; --', "it's", None],
        "b": [True, False, True, None],
        "d": [_DAY, _DAY + datetime.timedelta(1), datetime.date(2026, 4, 1), None],
        "t": pa.array(
            [datetime.datetime(2026, 3, 2, hour, tzinfo=datetime.UTC) for hour in (0, 9, 23)]
            + [None],
            pa.timestamp("us", tz="UTC"),
        ),
        "year": pa.array([2024, 2025, 2026, None], pa.int64()),
    }
)
COLUMNS = [Column(name=each.name, type=str(each.type)) for each in TABLE.schema]


def rows(*conditions: Condition) -> list[int | None]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Seoul'")
        connection.register("given", TABLE)
        connection.execute('CREATE TABLE "my table" AS SELECT * FROM given')
        sql = rows_query("my table", COLUMNS, conditions)
        answer: list[int | None] = connection.execute(sql).to_arrow_table().column(0).to_pylist()
        return answer


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("n", "in", [2]), [2]),
        (("n", "in", ["2", None]), [2, None]),
        (("n", "not_in", [2]), [1, 3, None]),
        (("n", "between", [1, 3]), [1, 2]),
        (("n", "within", [1, 3]), [1, 2, 3]),
        (("n", "between", [None, None]), [1, 2, 3]),
        (("f", "in", ["0.1"]), [1]),
        (("f", "in", [0.1]), [1]),
        (("f", "between", [0, None]), [1, 3]),
        (("s", "in", ['b"; DROP TABLE t; --', "it's"]), [2, 3]),
        (("s", "between", ["b", "z"]), [2, 3]),
        (("b", "in", ["True"]), [1, 3]),
        (("b", "in", [False]), [2]),
        (("d", "in", ["2026-03-02"]), [1]),
        (("d", "between", ["2026-03-01", "2026-04-01"]), [1, 2]),
        (("d", "weekday", [1]), [1]),
        (("d", "month_of_year", [4]), [3]),
        (("t", "between", ["2026-03-02", "2026-03-03"]), [1, 2, 3]),
        (("year", "between", ["2025-01-01", "2026-01-01"]), [2]),
        (("s", "absent", []), [None]),
        (("s", "present", []), [1, 2, 3]),
    ],
)
def test_conditions(condition: tuple[str, Any, list[Any]], expected: list[int | None]) -> None:
    column, how, values = condition
    assert rows(Condition(column=column, how=how, values=values)) == expected


def test_all_conditions_hold_together() -> None:
    first = Condition(column="n", values=[1, 2, None])
    assert rows(first, Condition(column="b", values=[True])) == [1]
    assert rows() == [1, 2, 3, None]


@given(st.text(max_size=20).filter(lambda text: "\0" not in text and text.isprintable()))
@settings(max_examples=10, deadline=None)
def test_text_is_only_a_value_and_only_a_name(text: str) -> None:
    table = pa.table({text or "x": [text, "other"], "place": [0, 1]})
    columns = [Column(name=each.name, type=str(each.type)) for each in table.schema]
    sql = rows_query("t", columns, [Condition(column=text or "x", values=[text])])
    with duckdb.connect() as connection:
        connection.register("t", table)
        expected = [0, 1] if text == "other" else [0]
        assert [row[1] for row in connection.execute(sql).fetchall()] == expected


def finding(**changes: Any) -> Finding:
    given_: dict[str, Any] = {
        "id": "f", "kind": "k", "group": "patterns", "message": Message(id="m"),
        "columns": ["n", "s"], "effect": 1, "coverage": 1, "surprise": 1, "score": 1,
        "sql": "SELECT 1",
    }  # fmt: skip
    return Finding(**{**given_, **changes})


def test_a_findings_rows_are_its_own_querys_or_those_that_have_its_columns() -> None:
    own = "SELECT * FROM t WHERE n > 1"
    assert behind(finding(rows_sql=own)) == (own, [])
    source, where = behind(finding())
    assert source is None
    assert [(each.column, each.how) for each in where] == [("n", "present"), ("s", "present")]
    with pytest.raises(LookupError):
        behind(finding(), "s0")


def test_pages_of_groups_have_an_order() -> None:
    grouped = 'SELECT "s", "n" FROM "my table" GROUP BY "s", "n" HAVING count(*) > 0'
    sql = rows_query("my table", COLUMNS, [], grouped)
    written = to_sql(page(sql, grouped, offset=2, rows=3))
    assert "ORDER BY 1, 2" in written
    assert written.endswith("LIMIT 4 OFFSET 2")
    plain = rows_query("my table", COLUMNS, [])
    assert "ORDER BY" not in to_sql(page(plain, None, offset=0, rows=3))

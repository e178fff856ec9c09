"""Many queries at once give what each gives alone."""

import duckdb
import pyarrow as pa
import pytest

from morello.analysis.insights.table.asking import AT_ONCE_MAX, ask_together
from morello.kernel.errors import BadQuery, TooLarge

_QUERIES = [f"SELECT {each} AS x, {each} + 1 AS y" for each in range(AT_ONCE_MAX + 3)]
_ANSWERS = [{"x": each, "y": each + 1} for each in range(AT_ONCE_MAX + 3)]


def _ask(query: str) -> pa.Table:
    with duckdb.connect() as connection:
        return connection.execute(query).to_arrow_table()


def test_each_query_gets_its_own_row() -> None:
    asked: list[str] = []

    def ask(query: str) -> pa.Table:
        asked.append(query)
        return _ask(query)

    assert ask_together(ask, _QUERIES) == _ANSWERS
    assert len(asked) == 2
    assert ask_together(ask, []) == []


@pytest.mark.parametrize("error", [BadQuery("refused"), TooLarge("memory")])
def test_what_is_too_much_at_once_is_asked_alone(error: Exception) -> None:
    def ask(query: str) -> pa.Table:
        if "answer_0" in query:
            raise error
        return _ask(query)

    assert ask_together(ask, _QUERIES) == _ANSWERS


def test_numbers_are_given_as_far_as_they_repeat() -> None:
    query = "SELECT 12345678901 AS rows, 0.30000000000000004::DOUBLE AS r, 1e12::DOUBLE AS most"
    assert ask_together(_ask, [query]) == [{"rows": 12345678901, "r": 0.3, "most": 1e12}]
    nothing = "SELECT NULL AS none, 'NaN'::DOUBLE AS nan, 'inf'::DOUBLE AS endless"
    (answer,) = ask_together(_ask, [nothing])
    assert answer["none"] is None
    assert answer["nan"] != answer["nan"]
    assert answer["endless"] == float("inf")

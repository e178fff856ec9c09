"""Pieces of queries: whatever is quoted comes back as it was."""

import datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morello.analysis.insights.table import query

_TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40)


_CONNECTION = duckdb.connect()


def _answer(shown: str, source: str = "(SELECT 1)") -> Any:
    found = _CONNECTION.execute(f"SELECT {shown} FROM {source}").fetchone()  # noqa: S608 - ours
    assert found is not None
    return found[0]


@given(_TEXT)
@settings(deadline=None)
def test_text_is_quoted(text: str) -> None:
    assert _answer(query.value(text)) == text


@given(_TEXT.filter(bool), _TEXT)
@settings(deadline=None)
def test_names_are_quoted(column: str, text: str) -> None:
    name = query.name(column)
    assert _answer(name, f"(SELECT {query.value(text)} AS {name})") == text


@pytest.mark.parametrize("given", [True, -3, 0.1, 1e300, datetime.date(2024, 2, 29), None])
def test_values_are_literals(given: object) -> None:
    answer = _answer(query.value(given))
    assert answer == given


def test_a_condition_is_never_null() -> None:
    assert _answer(query.is_value("x", "a"), "(SELECT NULL AS x)") is False
    assert _answer(query.is_not_value("x", "a"), "(SELECT NULL AS x)") is True


def test_numbers_beyond_bounds_are_null() -> None:
    within = query.number("x", "double", (-1.0, 5.0))
    rows = "(VALUES (1.5::DOUBLE), (9), ('inf'), ('nan'), (-7), (1e200)) AS t(x)"
    assert _answer(f"count({within})", rows) == 1
    assert _answer(f"count({query.number('x', 'double')})", rows) == 3

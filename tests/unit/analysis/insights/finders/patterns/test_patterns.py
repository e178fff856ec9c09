"""Every pattern finder together survives what real tables throw at it, in silence."""

import datetime
import decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.finders.patterns.patterns import find_patterns

Columns = dict[str, Any]

_ROWS = 240
_STRANGE: dict[str, Columns] = {
    "nothing": {"a": pa.array([], pa.float64()), "b": pa.array([], pa.string())},
    "one row": {"a": [1.5], "b": ["x"], "at": [datetime.date(2024, 1, 1)]},
    "one column": {"a": np.arange(_ROWS)},
    "all null": {"a": pa.nulls(_ROWS, pa.float64()), "b": pa.nulls(_ROWS)},
    "constant": {"a": np.ones(_ROWS), "b": np.zeros(_ROWS), "c": ["x"] * _ROWS},
    "infinities": {
        "a": np.where(np.arange(_ROWS) % 3, np.inf, -np.inf),
        "b": np.full(_ROWS, np.nan),
        "c": np.linspace(-1e300, 1e300, _ROWS),
    },
    "year 9999": {
        "customer_id": [f"c{each % 110}" for each in range(_ROWS)],
        "at": [datetime.date(9999, 12, 31)] * _ROWS,
    },
    "three months": {
        "customer_id": [f"c{each % 110}" for each in range(_ROWS)],
        "at": [datetime.date(2024, 1 + each % 3, 1) for each in range(_ROWS)],
    },
    "money": {
        "a": pa.array([decimal.Decimal(each) / 100 for each in range(_ROWS)]),
        "b": pa.array([decimal.Decimal(each % 17) for each in range(_ROWS)]),
    },
    "quotes": {
        'order"_id': [f"o'{each // 2}" for each in range(_ROWS)],
        "it'em": [f"\"{each % 7}'" for each in range(_ROWS)],
    },
}


@pytest.mark.parametrize("name", _STRANGE)
def test_strange_tables_are_survived(look: Any, name: str) -> None:
    subject = look(_STRANGE[name])
    search = Search()
    if subject.sample.rows:
        find_patterns(subject, search)
    for each in search.candidates:
        answer = subject.ask(each.sql).to_pylist()
        assert len(answer) == 1
        each.draw()
    assert all(0 <= each <= 1 for each in search.tests)

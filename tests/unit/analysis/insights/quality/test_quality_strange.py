"""Strange tables give silence or sense, never a traceback."""

import datetime
import decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

Told = Any
_ROWS = 60
_UTC = datetime.UTC


def _times(*given: datetime.datetime | None) -> pa.Array:
    return pa.array([*given, *[given[0]] * (_ROWS - len(given))], pa.timestamp("us", "UTC"))


_STRANGE: dict[str, pa.Array] = {
    "nothing": pa.nulls(_ROWS),
    "null strings": pa.nulls(_ROWS, pa.string()),
    "infinite": pa.array([float("inf"), float("-inf"), float("nan")] * 20),
    "huge": pa.array([1e308, -1e308, 5e-324] * 20),
    "whole and huge": pa.array([2**63 - 1, -(2**63), 0] * 20),
    "decimals": pa.array([decimal.Decimal("1.5")] * _ROWS, pa.decimal128(38, 10)),
    "year 9999": pa.array([datetime.date(9999, 12, 31), datetime.date(1, 1, 1)] * 30),
    "zones": _times(datetime.datetime(2024, 1, 1, tzinfo=_UTC), None),
    "of day": pa.array([datetime.time(12, 5)] * _ROWS),
    "duration": pa.array([datetime.timedelta(days=1)] * _ROWS),
    "nested": pa.array([{"a": [1, 2]}] * _ROWS),
    "lists": pa.array([[1], None, []] * 20),
    "bytes": pa.array([b"\xff\x00", b""] * 30),
    "words": pa.array(["a", "b", "a"] * 20).dictionary_encode(),
    "blank": pa.array(["", " ", "\t"] * 20),
    "quoted \"'; --": pa.array(["x'y", 'x"y', "2024-02-30"] * 20),
    "scripts": pa.array(["서울", "Αθήνα", "القاهرة"] * 20),
    "truth": pa.array([True, False, None] * 20),
}


@pytest.mark.parametrize("name", _STRANGE)
def test_one_strange_column_beside_others(told: Told, name: str) -> None:
    generator = np.random.default_rng(1)
    told({name: _STRANGE[name], "amount": generator.normal(size=_ROWS), "id": np.arange(_ROWS)})
    told({name: _STRANGE[name], "again": _STRANGE[name]})


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_few_rows(told: Told, rows: int) -> None:
    told({name: each.slice(0, rows) for name, each in _STRANGE.items()})


def test_all_of_them_together(told: Told) -> None:
    told(_STRANGE)

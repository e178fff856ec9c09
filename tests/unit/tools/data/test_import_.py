"""The name a dataset gets from a file's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morello.kernel.values import is_dataset_name
from morello.tools.data.import_ import dataset_name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("orders.csv", "orders"),
        ("Sales (1).csv.gz", "Sales 1"),
        ("매출.xlsx", "매출"),
        ("2024.parquet", "data 2024"),
        ("../../etc/passwd", "passwd"),
        ("", "data"),
        ("a'b;c.csv", "a b c"),
    ],
)
def test_a_file_s_name_becomes_a_dataset_s(file: str, name: str) -> None:
    assert dataset_name(file) == name


@settings(deadline=None)
@given(st.text(max_size=300))
def test_whatever_a_file_is_called_there_is_a_name(file: str) -> None:
    assert is_dataset_name(dataset_name(file))

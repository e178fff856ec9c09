"""Real data: what scikit-learn and statsmodels ship, in three formats, counted against pandas."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sklearn import datasets
from statsmodels import datasets as more

Read = Callable[..., Any]
FRAMES: dict[str, Callable[[], pd.DataFrame]] = {
    "iris": lambda: datasets.load_iris(as_frame=True).frame,
    "wine": lambda: datasets.load_wine(as_frame=True).frame,
    "diabetes": lambda: datasets.load_diabetes(as_frame=True).frame,
    "breast_cancer": lambda: datasets.load_breast_cancer(as_frame=True).frame,
    "longley": lambda: more.longley.load_pandas().data,
    "fair": lambda: more.fair.load_pandas().data,
    "co2": lambda: more.co2.load_pandas().data.reset_index(names="week"),
    "anes96": lambda: more.anes96.load_pandas().data,
}


@pytest.mark.parametrize("name", FRAMES)
def test_counts_and_sums_equal_those_of_pandas(read: Read, tmp_path: Path, name: str) -> None:
    frame = FRAMES[name]()
    frame.to_csv(tmp_path / "data.csv", index=False)
    frame.to_parquet(tmp_path / "data.parquet")
    from_csv = read(tmp_path / "data.csv")
    assert_equal(from_csv, frame)
    assert from_csv.imported.rows_rejected == 0
    assert_equal(read(tmp_path / "data.parquet"), frame)


@pytest.mark.parametrize("name", ["iris", "longley", "co2"])
def test_excel_has_the_same_counts(read: Read, tmp_path: Path, name: str) -> None:
    frame = FRAMES[name]()
    frame.to_excel(tmp_path / "data.xlsx", index=False)
    assert_equal(read(tmp_path / "data.xlsx"), frame)


def assert_equal(result: Any, frame: pd.DataFrame) -> None:
    assert result.imported.rows_read == len(frame)
    assert list(result.columns) == [str(name) for name in frame.columns]
    table = result.table.to_pandas()
    assert (table.count().to_numpy() == frame.count().to_numpy()).all()
    for name in frame.select_dtypes("number"):
        assert table[name].sum() == pytest.approx(frame[name].sum(), rel=1e-12), name

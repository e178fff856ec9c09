"""The order of odd rows on public sets, given by path: no worse than its parts."""

import os
from pathlib import Path

import pytest
from benchmarks.patterns.outlier_sets import measure_all

FOLDER = "MORELLO_OUTLIER_SETS"


@pytest.mark.prove
def test_the_order_holds_on_public_sets() -> None:
    folder = os.environ.get(FOLDER)
    if folder is None:
        pytest.skip(
            f"{FOLDER} names the folder with the files of benchmarks/patterns/outlier_sets.json"
        )
    found = measure_all(Path(folder))
    assert len(found["sets"]) >= 35
    assert found["mean"]["together"] >= 0.75
    assert found["mean"]["together"] >= max(
        found["mean"]["ecod"], found["mean"]["ecod and forest"], found["mean"]["distance"]
    )

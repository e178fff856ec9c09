import math

import pyarrow as pa
import pytest

from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.methods.summaries.table import summarize


def one(array: pa.Array) -> ColumnProfile:
    return summarize(pa.RecordBatch.from_arrays([array], ["c"])).profile().columns[0]


def test_infinities_and_nan_are_counted_apart() -> None:
    column = one(pa.array([1.0, 3.0, math.inf, -math.inf, math.nan, None]))
    assert (column.infinities, column.not_numbers, column.nulls) == (2, 1, 1)
    assert (column.minimum, column.maximum, column.mean, column.distinct) == (1.0, 3.0, 2.0, 2)
    nothing = one(pa.array([math.nan, math.inf]))
    assert (nothing.mean, nothing.quantiles, nothing.histogram) == (None, {}, None)


@pytest.mark.parametrize("scale", [5e-324, 1e-200, 1e150, 1e307])
def test_very_small_and_very_large_numbers_are_not_lost(scale: float) -> None:
    column = one(pa.array([1 * scale, 2 * scale, 5 * scale]))
    assert column.deviation == pytest.approx(
        2.0816659994661326 * scale, rel=0.5 if scale < 1e-300 else 1e-12
    )
    if scale > 1e-300:
        assert column.skewness == pytest.approx(0.5280049792181879)

import hypothesis.strategies as st
import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings

from morello.analysis.methods.summaries.sketches.moments import Moments


def of(values: np.ndarray) -> Moments:
    if not len(values):
        return Moments()
    return Moments.of(values, float(values.min()), float(values.max()))


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.integers(-50, 50), min_size=3, max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=4),
    scale=st.sampled_from([1e-160, 1e-3, 1.0, 1e9, 1e160]),
)
def test_merged_moments_are_those_of_all_values(
    values: list[int], cuts: list[int], scale: float
) -> None:
    array = np.array(values, float)
    merged = Moments()
    for part in np.split(array * scale, sorted(cuts)):
        merged.merge(of(part))
    assert merged.count == len(values)
    assert merged.mean == pytest.approx(array.mean() * scale, rel=1e-9, abs=1e-12 * scale)
    assert merged.deviation == pytest.approx(array.std(ddof=1) * scale, rel=1e-9)
    if array.std() == 0:
        assert (merged.skewness, merged.kurtosis) == (None, None)
    else:
        assert merged.skewness == pytest.approx(scipy.stats.skew(array), abs=1e-7)
        assert merged.kurtosis == pytest.approx(scipy.stats.kurtosis(array), abs=1e-7)


def test_a_range_beyond_floats_has_a_mean_but_no_deviation() -> None:
    ends = np.array([-1.7e308, 1.7e308, 1.7e308])
    for moments in (of(ends), of(ends[:1])):
        moments.merge(of(ends[1:]))
        assert moments.deviation is None or np.isfinite(moments.deviation)
        assert np.isfinite(moments.mean)

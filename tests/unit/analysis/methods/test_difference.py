"""Groups that differ, beside scipy's Welch test."""

import numpy as np
import pytest
from scipy import stats

from morello.analysis.methods.difference import gaps_of, winsorized

_GENERATOR = np.random.default_rng(1)
_CODES = _GENERATOR.integers(0, 5, 2_000).astype(np.int32)
_NOISE = _GENERATOR.normal(50, 10, 2_000)


def test_the_test_is_welchs() -> None:
    calm = winsorized(_NOISE)
    gaps = gaps_of(_NOISE, _CODES, 5, 0.2)
    expected = stats.ttest_ind(calm[_CODES == 3], calm[_CODES != 3], equal_var=False)
    assert gaps.tests[3] == pytest.approx(expected.pvalue, rel=0.1)
    assert gaps.found == []


def test_the_group_that_differs_is_found_alone() -> None:
    gaps = gaps_of(_NOISE + 8.0 * (_CODES == 2), _CODES, 5, 0.2)
    assert [each.group for each in gaps.found] == [2]
    assert gaps.found[0].difference == pytest.approx(8.0, abs=1.5)
    assert gaps.found[0].size == pytest.approx(0.8, abs=0.15)


def test_a_second_group_is_compared_without_the_first() -> None:
    values = _NOISE + 20.0 * (_CODES == 2) - 6.0 * (_CODES == 4)
    assert [each.group for each in gaps_of(values, _CODES, 5, 0.2).found] == [2, 4]


def test_one_huge_value_makes_no_group() -> None:
    values = _NOISE.copy()
    values[np.flatnonzero(_CODES == 1)[0]] = 1e9
    assert gaps_of(values, _CODES, 5, 0.2).found == []


def test_rows_without_a_group_count_as_rest() -> None:
    codes = _CODES.copy()
    codes[:500] = -1
    assert gaps_of(_NOISE + 8.0 * (codes == 2), codes, 5, 0.2).found[0].group == 2


def test_what_a_dimension_explains() -> None:
    fixed = gaps_of(_CODES.astype(float), _CODES, 5, 0.2)
    assert fixed.explained == 1
    assert gaps_of(_NOISE, _CODES, 5, 0.2).explained < 0.01

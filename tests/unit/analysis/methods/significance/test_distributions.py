"""Tail probabilities, beside scipy's."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from morello.analysis.methods.significance.distributions import (
    chi_squared_tail,
    correlation_tail,
    f_tail,
    kolmogorov_tail,
    normal_tail,
    t_tail,
)

_VALUES = st.floats(0.01, 60)
_DEGREES = st.floats(1, 5_000)


@settings(deadline=None)
@given(_VALUES, _DEGREES)
def test_t_is_scipys(t: float, degrees: float) -> None:
    assert t_tail(t, degrees) == pytest.approx(2 * stats.t.sf(t, degrees), rel=1e-6, abs=1e-250)


@settings(deadline=None)
@given(_VALUES, st.integers(1, 60), _DEGREES)
def test_f_is_scipys(f: float, upper: int, lower: float) -> None:
    assert f_tail(f, upper, lower) == pytest.approx(
        stats.f.sf(f, upper, lower), rel=1e-6, abs=1e-250
    )


@settings(deadline=None)
@given(st.floats(0.01, 900), st.integers(1, 200))
def test_chi_squared_is_scipys(x: float, degrees: int) -> None:
    assert chi_squared_tail(x, degrees) == pytest.approx(
        stats.chi2.sf(x, degrees), rel=1e-6, abs=1e-13
    )


@settings(deadline=None)
@given(st.floats(0.3, 5))
def test_kolmogorov_is_scipys(x: float) -> None:
    assert kolmogorov_tail(x) == pytest.approx(stats.kstwobign.sf(x), rel=1e-6, abs=1e-14)


def test_normal_is_scipys() -> None:
    assert normal_tail(-1.96) == pytest.approx(2 * stats.norm.sf(1.96))


def test_correlation_is_scipys() -> None:
    x, y = [1.0, 2, 3, 4, 5, 6], [2.0, 1, 4, 3, 7, 5]
    found = stats.pearsonr(x, y)
    assert correlation_tail(found.statistic, 6) == pytest.approx(found.pvalue)


def test_what_cannot_be_tested_proves_nothing() -> None:
    assert t_tail(3, 0) == 1
    assert t_tail(math.nan, 5) == 1
    assert f_tail(-1, 2, 3) == 1
    assert chi_squared_tail(0, 3) == 1
    assert kolmogorov_tail(0.0) == 1
    assert correlation_tail(0.9, 2) == 1


def test_what_is_certain_is_certain() -> None:
    assert t_tail(math.inf, 5) == 0
    assert f_tail(math.inf, 2, 3) == 0
    assert correlation_tail(1.0, 10) == 0

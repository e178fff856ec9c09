"""Two copies of one shape a known factor apart are found; other shapes are not."""

import numpy as np
import pytest

from morello.analysis.methods.quality.units import factor_between, kolmogorov, two_copies

_GENERATOR = np.random.default_rng(2)


def _amounts(
    rows: int = 3_000, spread: float = 0.5
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return _GENERATOR.lognormal(3, spread, rows)


@pytest.mark.parametrize(("factor", "share"), [(100, 0.05), (100, 0.5), (0.01, 0.1), (1000, 0.3)])
def test_mixed_units_are_found(factor: float, share: float) -> None:
    values = _amounts()
    odd = _GENERATOR.random(len(values)) < share
    values[odd] *= factor
    found = two_copies(values)
    assert found is not None
    assert found.factor == pytest.approx(max(factor, 1 / factor))
    assert found.upper_share == pytest.approx(share if factor > 1 else 1 - share, abs=0.03)


def test_pounds_among_kilograms_need_a_name_that_is_measured() -> None:
    values = _GENERATOR.normal(70, 4, 2_000)
    values[:600] *= 2.20462
    assert two_copies(values) is None
    found = two_copies(values, is_measure=True)
    assert found is not None
    assert found.factor == pytest.approx(2.2046, abs=1e-3)


@pytest.mark.parametrize(
    "values",
    [
        _amounts(),
        _amounts(spread=1.5),
        _GENERATOR.pareto(1.5, 3_000) + 1,
        np.concatenate([_GENERATOR.normal(5, 1, 900), _GENERATOR.normal(220, 90, 600)]),
        np.concatenate([np.full(500, 1.0), np.full(400, 7.0)]),
        np.repeat(np.array([1.0, 2, 3, *range(12, 28)]), 40),
        np.zeros(500),
        np.array([1.0]),
        np.full(300, 1e300),
    ],
)
def test_other_shapes_are_not(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    assert two_copies(values) is None


def test_chance_makes_no_units() -> None:
    found = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        values = np.concatenate(
            [
                generator.lognormal(2, 0.4, 300),
                generator.lognormal(generator.uniform(4, 9), 0.7, 60),
            ]
        )
        found += two_copies(values, is_measure=False) is not None
    assert found <= 14  # of lumps any distance apart, as many are near a factor


def test_a_group_in_another_unit_has_the_same_shape() -> None:
    first, second = np.log10(_amounts(2_000)), np.log10(_amounts(500) / 1000)
    factor = factor_between(first, second, is_measure=False)
    assert factor == pytest.approx(0.001)
    assert factor_between(first, second + 0.2, is_measure=False) is None
    assert factor_between(first, second[:5], is_measure=False) is None


def test_the_distance_is_that_of_kolmogorov() -> None:
    assert kolmogorov(np.array([1.0, 2.0]), np.array([3.0, 4.0])) == 1.0
    assert kolmogorov(np.arange(10.0), np.arange(10.0)) == 0.0

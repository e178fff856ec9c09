"""Only what two conditions do together stands out, whatever either does by itself."""

import numpy as np
import pytest
from scipy import stats

from morello.analysis.methods.groups.cells import cells_of, numbers_of
from morello.analysis.methods.groups.subgroup import Scan, interaction_p, scan, scores

_ROWS = 3_000
_GENERATOR = np.random.default_rng(4)
_A = _GENERATOR.integers(0, 3, _ROWS).astype(np.int32)
_B = _GENERATOR.integers(0, 4, _ROWS).astype(np.int32)
_NOISE = _GENERATOR.normal(size=_ROWS)


def _scan(values: np.ndarray) -> Scan:
    numbers = numbers_of([values])
    return scan(cells_of(_A, _B, (3, 4), numbers), np.eye(3), np.eye(4), numbers.spreads)


def _p(values: np.ndarray) -> float:
    return interaction_p(values, _A == 1, _B == 2, (_A, _B))


def test_the_planted_pair_is_the_best() -> None:
    values = _NOISE + 0.8 * ((_A == 1) & (_B == 2))
    found = _scan(values)
    assert found.tried == [12]
    assert found.best[0] is not None
    assert (found.best[0].first, found.best[0].second) == (1, 2)
    assert _p(values) < 1e-6


def test_effects_that_add_up_are_none_together() -> None:
    assert _p(_NOISE + 2.0 * (_A == 1) - 1.5 * (_B == 2)) > 1e-3


def test_effects_that_multiply_a_skewed_number_are_none_together() -> None:
    assert _p(np.exp(_NOISE * 0.5) * np.where(_A == 1, 2, 1) * np.where(_B == 2, 2, 1)) > 1e-3


def test_chance_is_calibrated() -> None:
    generator = np.random.default_rng(7)
    found = [_p(generator.standard_t(3, _ROWS)) for _ in range(60)]
    assert np.mean(np.array(found) < 0.05) < 0.1


def test_too_few_rows_say_nothing() -> None:
    few = np.full(_ROWS, np.nan)
    few[:12] = _NOISE[:12]
    assert _p(few) == 1.0
    assert _scan(few).tried == [0]
    assert _scan(np.ones(_ROWS)).best == [None]


def test_scores_are_normal_quantiles_of_ranks() -> None:
    values = np.array([5.0, 1.0, 3.0, 3.0])
    expected = stats.norm.ppf(stats.rankdata(values) / 5)
    assert scores(values) == pytest.approx(expected, abs=1e-3)

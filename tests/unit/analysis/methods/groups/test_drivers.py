"""The columns that move a number are found with their shares; noise is not."""

import numpy as np
import pytest

from morello.analysis.methods.groups.drivers import explained

_ROWS = 2_000
_GENERATOR = np.random.default_rng(4)
_COLUMNS = [_GENERATOR.integers(0, 5, _ROWS).astype(np.int32) for _ in range(6)]
_SIZES = [5] * 6
_NOISE = _GENERATOR.normal(size=_ROWS)
_LEARN = np.arange(_ROWS) % 2 == 0


def test_drivers_and_their_shares() -> None:
    first = np.array([-1.0, 1, -1, 1, 0])[_COLUMNS[2]]
    second = 0.5 * (_COLUMNS[4] == 3)
    values = first + second + _NOISE
    found = explained(values, _COLUMNS, _SIZES, _LEARN)
    assert found is not None
    assert [each.column for each in found.drivers] == [2, 4]
    assert found.drivers[0].share == pytest.approx(first.var() / values.var(), abs=0.06)
    assert found.share == pytest.approx(sum(each.share for each in found.drivers), abs=0.05)
    assert found.p_value < 1e-10


def test_noise_has_no_drivers_and_an_honest_p() -> None:
    generator = np.random.default_rng(9)
    p_values = []
    for _ in range(60):
        found = explained(generator.normal(size=_ROWS), _COLUMNS, _SIZES, _LEARN)
        assert found is not None
        p_values.append(found.p_value)
        assert found.share < 0.02
    assert np.mean(np.array(p_values) < 0.05) < 0.12


def test_gaps_are_left_out_and_too_few_rows_say_nothing() -> None:
    values = np.where(np.arange(_ROWS) % 3 == 0, np.nan, _NOISE)
    columns = [np.where(_NOISE > 1, -1, each).astype(np.int32) for each in _COLUMNS]
    assert explained(values, columns, _SIZES, _LEARN) is not None
    assert explained(_NOISE[:300], [each[:300] for each in _COLUMNS], _SIZES, _LEARN[:300]) is None
    assert explained(np.ones(_ROWS), _COLUMNS, _SIZES, _LEARN) is None

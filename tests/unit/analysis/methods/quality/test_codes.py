"""A column follows from another where a key's rows agree, more than a guess would."""

import numpy as np
import pytest

from morello.analysis.methods.quality.codes import STRENGTH_MIN, following

_GENERATOR = np.random.default_rng(5)
_KEYS = _GENERATOR.integers(0, 50, 2_000).astype(np.int32)


def test_what_a_key_fixes_follows_from_it_but_not_the_other_way() -> None:
    forth, back = following(_KEYS, _KEYS % 5), following(_KEYS % 5, _KEYS)
    assert forth is not None
    assert forth.strength == 1
    assert back is not None
    assert back.strength < 0.2


def test_a_few_exceptions_leave_it_a_rule() -> None:
    others = (_KEYS % 5).astype(np.int32)
    others[:10] = 0
    found = following(_KEYS, others)
    assert found is not None
    assert STRENGTH_MIN < found.strength < 1


def test_chance_keys_that_come_once_and_nearly_constant_columns_prove_nothing() -> None:
    found = following(_KEYS, _GENERATOR.integers(0, 4, 2_000).astype(np.int32))
    assert found is not None
    assert found.strength < 0.5
    assert following(np.arange(2_000, dtype=np.int32), _KEYS) is None
    assert following(_KEYS, (np.arange(2_000) < 5).astype(np.int32)) is None
    assert following(np.full(9, -1, np.int32), np.zeros(9, np.int32)) is None


@pytest.mark.parametrize("absent", [0.1, 0.6])
def test_absent_values_count_for_nothing(absent: float) -> None:
    others = np.where(_GENERATOR.random(2_000) < absent, -1, _KEYS % 5).astype(np.int32)
    found = following(_KEYS, others)
    assert found is not None
    assert found.strength == 1

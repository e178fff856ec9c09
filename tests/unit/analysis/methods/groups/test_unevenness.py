"""What is uneven is seen, what is even or chance is not."""

import numpy as np
import pytest

from morello.analysis.methods.groups.unevenness import unevenness


def test_an_even_change_has_no_spread() -> None:
    base = np.array([0.5, 0.3, 0.2])
    assert unevenness(-10 * base, base, np.zeros(3))[0] == pytest.approx(0)


def test_one_group_makes_all_of_it() -> None:
    spread, beside = unevenness(np.array([-10.0, 0, 0]), np.full(3, 1 / 3), np.zeros(3))
    assert spread == pytest.approx(((20 / 3) ** 2 + 2 * (10 / 3) ** 2) ** 0.5)
    assert np.argmax(abs(beside)) == 0


def test_chance_alone_has_none_on_average() -> None:
    generator = np.random.default_rng(1)
    base = np.full(10, 0.1)
    found = [unevenness(generator.normal(size=10), base, np.full(10, 1.3))[0] for _ in range(50)]
    assert np.median(found) == 0

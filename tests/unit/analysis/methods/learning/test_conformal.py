"""Conformal intervals: they hold what they say, whatever the errors are like."""

import numpy as np
import pytest

from morello.analysis.methods.learning.conformal import half_width


@pytest.mark.parametrize("rows", [30, 500])
@pytest.mark.parametrize("kind", ["normal", "heavy"])
def test_intervals_hold_what_they_say(rows: int, kind: str) -> None:
    generator = np.random.default_rng(rows)
    held = []
    for _ in range(300):
        draw = generator.normal if kind == "normal" else generator.standard_cauchy
        reach = half_width(draw(size=rows), 0.9)
        assert reach is not None
        held.append((np.abs(draw(size=200)) <= reach).mean())
    assert 0.89 <= float(np.mean(held)) <= 0.945


def test_too_few_rows_give_no_interval() -> None:
    assert half_width(np.arange(8.0), 0.9) is None
    assert half_width(np.arange(9.0), 0.9) == 8.0

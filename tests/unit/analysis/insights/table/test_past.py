"""What follows its own past is not taken for more."""

import numpy as np
import pytest

from morello.analysis.insights.analysis import Analysis

from ..conftest import Examine

_DAYS = np.datetime64("2024-01-01") + np.arange(600)


def _kinds(analysis: Analysis) -> set[str]:
    return {each.kind for each in analysis.findings}


@pytest.mark.slow
def test_two_walks_are_not_related_but_walks_that_step_together_are(
    examine: Examine,
) -> None:
    generator = np.random.default_rng(5)
    steps = generator.normal(size=(600, 3))
    apart = {f"p{each}": 100 + np.cumsum(steps[:, each]) for each in range(3)}
    told = _kinds(examine({"day": _DAYS, **apart}))
    assert not told & {"correlation", "drivers", "subgroup", "humps", "curve"}
    together = {
        "rate": 100 + np.cumsum(steps[:, 0]),
        "price": 50 + np.cumsum(steps[:, 0] + 0.8 * steps[:, 1]),
    }
    assert _kinds(examine({"day": _DAYS, **together})) & {"correlation", "line", "curve"}

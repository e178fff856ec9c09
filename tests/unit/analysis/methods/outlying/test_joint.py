"""Rows that stand apart jointly: those planted, and no others."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import datasets
from sklearn.metrics import roc_auc_score

from morello.analysis.methods.outlying.copula import copula_of
from morello.analysis.methods.outlying.joint import odd_rows, oddness


def _together(random: np.random.Generator, rows: int = 3_000) -> NDArray[np.float64]:
    shared = random.normal(size=(rows, 1))
    return np.exp(0.5 * (0.9 * shared + 0.436 * random.normal(size=(rows, 4))))


@pytest.mark.slow
def test_rows_that_break_a_relation_stand_apart() -> None:
    random = np.random.default_rng(1)
    table = _together(random)
    table[[10, 20, 30], 0] = np.exp(0.5 * 2.4)
    table[[10, 20, 30], 1] = np.exp(-0.5 * 2.4)
    odd = odd_rows(table)
    assert sorted(odd.rows) == [10, 20, 30]
    assert odd.p_value < 1e-6


@pytest.mark.parametrize("shape", ["normal", "student", "clusters", "fan", "together"])
def test_what_only_has_tails_of_its_own_does_not(shape: str) -> None:
    found = []
    for seed in range(15):
        random = np.random.default_rng(seed)
        normal = random.normal(size=(800, 3))
        tables = {
            "normal": normal,
            "student": normal / np.sqrt(random.chisquare(3, (800, 1)) / 3),
            "clusters": normal + 6 * random.integers(0, 3, 800)[:, None],
            "fan": np.column_stack([np.exp(normal[:, 0]), np.exp(normal[:, 0]) * normal[:, 1]]),
            "together": _together(random, 800),
        }
        found.append(odd_rows(tables[shape]).p_value < 0.01)
    assert sum(found) <= 1


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("breast_cancer", 0.95), ("iris", 0.93)])
def test_the_order_puts_a_rare_class_first(name: str, least: float) -> None:
    loaded = getattr(datasets, f"load_{name}")()
    rare = 0
    usual = np.flatnonzero(loaded.target == 1)
    few = np.flatnonzero(loaded.target == rare)[:10]
    table = loaded.data[np.concatenate([usual, few])]
    is_rare = np.arange(len(table)) >= len(usual)
    assert roc_auc_score(is_rare, oddness(table, copula_of(table))) >= least

"""Formulas between columns."""

import numpy as np

from morello.analysis.methods.formula import formulas_of

_GENERATOR = np.random.default_rng(1)
_PRICE = np.round(_GENERATOR.uniform(5, 20, 500), 2)
_QUANTITY = _GENERATOR.integers(1, 9, 500).astype(float)


def test_a_product_is_found_with_its_exceptions() -> None:
    total = np.round(_PRICE * _QUANTITY, 2)
    total[:20] += 5
    [found] = formulas_of(np.column_stack([_PRICE, _QUANTITY, total]))
    assert (found.target, found.operation, {found.left, found.right}) == (2, "*", {0, 1})
    assert 0.9 < found.holds < 1


def test_a_sum_is_found_once() -> None:
    found = formulas_of(np.column_stack([_PRICE, _QUANTITY, _PRICE + _QUANTITY]))
    assert [(each.operation, each.holds) for each in found] == [("+", 1.0)]


def test_chance_is_no_formula() -> None:
    table = np.column_stack([_PRICE, _QUANTITY, _GENERATOR.integers(0, 3, 500)])
    assert formulas_of(table) == []
    assert formulas_of(np.zeros((500, 3))) == []
    assert formulas_of(table[:10]) == []

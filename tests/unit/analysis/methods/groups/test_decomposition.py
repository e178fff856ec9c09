"""The decomposition adds up to the last digit, whatever the groups."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from morello.analysis.methods.groups.decomposition import (
    Effects,
    Sides,
    largest_of,
    of_average,
    of_total,
    told,
)

_values = some.integers(-(10**15), 10**15).map(lambda each: Fraction(each, 10**6))
_weights = some.integers(0, 10**7).map(Fraction)
_sides = some.builds(Sides, _values, _values, _weights, _weights)
_groups = some.lists(_sides, min_size=1, max_size=12)


def _side(before: float, after: float, rows_before: int, rows_after: int) -> Sides:
    return Sides(*(Fraction(each) for each in (before, after, rows_before, rows_after)))


@settings(max_examples=20, deadline=None)
@given(_groups)
def test_a_total_is_the_sum_of_its_parts(groups: list[Sides]) -> None:
    before, after = sum(each.before for each in groups), sum(each.after for each in groups)
    effects = of_total(groups)
    for side, each in zip(groups, effects, strict=True):
        assert sum(each.parts) == side.after - side.before
    _adds_up(Fraction(before), Fraction(after), effects)


@settings(max_examples=20, deadline=None)
@given(_groups)
def test_an_average_is_the_sum_of_its_parts(groups: list[Sides]) -> None:
    weights = [
        sum(each.weight_before for each in groups),
        sum(each.weight_after for each in groups),
    ]
    if not all(weights):
        return
    before = sum(each.before for each in groups) / Fraction(weights[0])
    after = sum(each.after for each in groups) / Fraction(weights[1])
    effects = of_average(groups)
    assert sum(part for each in effects for part in each.parts) == after - before
    _adds_up(before, after, effects)


def _adds_up(before: Fraction, after: Fraction, effects: list[Effects]) -> None:
    found = told(before, after, effects, largest_of(before, after, effects))
    assert found.before + sum(part for each in found.parts for part in each) == found.after
    assert sum(Decimal(repr(float(part))) for each in found.parts for part in each) == found.change
    largest = max(abs(before), abs(after), *(abs(part) for each in effects for part in each.parts))
    for exact, parts in zip(effects, found.parts, strict=True):
        for one, other in zip(exact.parts, parts, strict=True):
            assert abs(one - Fraction(other)) <= largest * Fraction(60, 10**11)


def _plain(*effects: Effects) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, each.parts)) for each in effects)


def test_a_total_knows_size_mix_and_rate() -> None:
    # Twice the rows, the same mix; then the same rows, all in the dear group; then dearer rows.
    [cheap, dear] = of_total([_side(100, 200, 10, 20), _side(300, 600, 10, 20)])
    assert _plain(cheap, dear) == ((100, 0, 0, 0), (300, 0, 0, 0))
    [cheap, dear] = of_total([_side(100, 50, 10, 5), _side(300, 450, 10, 15)])
    assert _plain(cheap, dear) == ((0, -50, 0, 0), (0, 150, 0, 0))
    [cheap, dear] = of_total([_side(100, 120, 10, 10), _side(300, 300, 10, 10)])
    assert _plain(cheap, dear) == ((0, 0, 20, 0), (0, 0, 0, 0))


def test_an_average_that_moves_by_its_mix_alone_has_no_rate() -> None:
    effects = of_average([_side(100, 50, 10, 5), _side(300, 450, 10, 15)])
    assert sum(each.mix for each in effects) == 5
    assert sum(each.rate + each.both for each in effects) == 0


def test_new_and_vanished_groups_have_no_rate() -> None:
    groups = [_side(100, 100, 10, 10), _side(50, 0, 10, 0), _side(0, 90, 0, 10)]
    for old, gone, new in (of_total(groups), of_average(groups)):
        assert gone.rate == gone.both == new.rate == new.both == old.rate == 0
        assert new.mix > 0
    assert of_total(groups)[1].mix == -50
    assert of_average(groups)[1].mix > 0  # it was below the average


def test_from_nothing_everything_is_size() -> None:
    [effects] = of_total([_side(0, 90, 0, 10)])
    assert _plain(effects) == ((90, 0, 0, 0),)


def test_tiny_and_huge_numbers_are_told_in_their_own_unit() -> None:
    for power in (-30, 0, 40):
        scale = Fraction(10) ** power
        side = Sides(scale / 3, scale / 7, Fraction(3), Fraction(5))
        found = told(side.before, side.after, of_total([side]), scale)
        assert float(found.before) == pytest.approx(float(scale) / 3, rel=1e-10)
    assert told(Fraction(0), Fraction(0), [], Fraction(0)).change == 0

"""Equal rows are weighed against chance: copies are told, what columns bring about is not."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from morello.analysis.methods.quality.repeats import repeats_of
from morello.analysis.methods.summaries.sketches.hashes import scramble

_GENERATOR = np.random.default_rng(1)


def _hashed(*columns: NDArray[np.integer]) -> list[NDArray[np.uint64]]:
    seeds = (np.uint64(place) << np.uint64(40) for place in range(1, len(columns) + 1))
    return [
        scramble(each.astype(np.uint64) + seed) for each, seed in zip(columns, seeds, strict=True)
    ]


def test_copies_among_many_values_are_unlikely() -> None:
    columns = [_GENERATOR.integers(0, 10_000, 2_000) for _ in range(3)]
    doubled = [np.concatenate([each, each[:3]]) for each in columns]
    assert repeats_of(_hashed(*columns)).pairs == 0
    found = repeats_of(_hashed(*doubled))
    assert found.pairs == 3
    assert found.are_unlikely


def test_few_values_repeat_by_nature() -> None:
    columns = [_GENERATOR.integers(0, 6, 500) for _ in range(3)]
    found = repeats_of(_hashed(*columns))
    assert found.pairs > 300
    assert not found.are_unlikely


def test_columns_that_follow_from_others_prove_nothing() -> None:
    price, count = _GENERATOR.integers(1, 30, 400), _GENERATOR.integers(1, 6, 400)
    found = repeats_of(_hashed(price, count, price * count, price * count * 2))
    assert found.pairs > 100
    assert not found.are_unlikely


def test_chance_alone_is_seldom_called_unlikely() -> None:
    said = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        columns = [generator.integers(0, 20, 300) for _ in range(4)]
        said += repeats_of(_hashed(*columns)).are_unlikely
    assert said <= 2


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_pairs_are_counted_exactly(values: list[int]) -> None:
    counted = sum(values[i] == values[j] for i in range(len(values)) for j in range(i))
    assert repeats_of(_hashed(np.array(values))).pairs == counted


def test_a_key_that_recurs_with_its_whole_row_is_a_copy() -> None:
    key = np.arange(5_000)
    columns = [key, *(_GENERATOR.integers(0, 20, 5_000) for _ in range(3))]
    doubled = [np.concatenate([each, each[:4]]) for each in columns]
    assert repeats_of(_hashed(*doubled)).are_unlikely

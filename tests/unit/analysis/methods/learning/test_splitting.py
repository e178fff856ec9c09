"""Splitting: no row serves twice, nothing is learned from what came later, groups stay whole."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from morello.analysis.methods.learning.splitting import Parts, by_chance, by_group, by_time


def together(parts: Parts) -> list[int]:
    return sorted(np.concatenate(parts.each).tolist())


@settings(max_examples=40)
@given(rows=st.integers(1, 300), moments=st.integers(1, 60), seed=st.integers(0, 9))
def test_time_never_looks_ahead(rows: int, moments: int, seed: int) -> None:
    times = np.random.default_rng(seed).integers(0, moments, rows).astype(np.float64)
    parts = by_time(times)
    assert together(parts) == list(range(rows))
    filled = [times[each] for each in parts.each if len(each)]
    for earlier, later in itertools.pairwise(filled):
        assert earlier.max() < later.min()


@settings(max_examples=40)
@given(rows=st.integers(1, 300), groups=st.integers(1, 80), seed=st.integers(0, 9))
def test_a_group_is_in_one_part(rows: int, groups: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    codes = generator.integers(-1, groups, rows)
    parts = by_group(codes, generator)
    assert together(parts) == list(range(rows))
    seen = [set(codes[each][codes[each] >= 0].tolist()) for each in parts.each]
    for place, each in enumerate(seen):
        assert not each & set().union(*seen[place + 1 :])


def test_chance_uses_every_row_once_and_caps_what_is_held_back() -> None:
    parts = by_chance(1_000_000, np.random.default_rng(0))
    assert [len(each) for each in parts.each] == [940_000, 20_000, 20_000, 20_000]
    assert together(by_chance(100, np.random.default_rng(0))) == list(range(100))

from collections.abc import Callable

import numpy as np
import pytest

from morello.analysis.methods.summaries.sketches.quantiles import RANK_ERROR, Quantiles

SHAPES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda generator, count: generator.standard_normal(count),
    "rising": lambda _, count: np.arange(count, dtype=float),
    "falling": lambda _, count: -np.arange(count, dtype=float),
    "waves": lambda _, count: np.sin(np.arange(count) / 8),
    "heavy": lambda generator, count: generator.standard_cauchy(count),
    "few": lambda generator, count: generator.integers(0, 7, count).astype(float),
}


def worst_rank_error(sketch: Quantiles, values: np.ndarray) -> float:
    items, upto = sketch.weighted()
    ordered = np.sort(values)
    low, high = np.searchsorted(ordered, items), np.searchsorted(ordered, items, side="right")
    last = np.append(items[1:] != items[:-1], True)  # of equal items, the last has them all
    wrong = np.maximum(low - upto, upto - high)[last]
    return float(wrong.max()) / len(values)


def filled(values: np.ndarray, step: int) -> Quantiles:
    sketch = Quantiles()
    for start in range(0, len(values), step):
        sketch.update(values[start : start + step])
    return sketch


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("count", "step"), [(5_000, 5_000), (30_000, 700), (900_000, 65_536)])
def test_ranks_are_within_the_stated_error(shape: str, count: int, step: int) -> None:
    values = SHAPES[shape](np.random.default_rng(count), count)
    sketch = filled(values, step)
    assert sketch.weighted()[1][-1] == sketch.count == count
    assert worst_rank_error(sketch, values) <= RANK_ERROR
    assert sum(map(len, sketch.levels)) < 30_000


def test_merged_in_any_order_ranks_are_within_the_stated_error() -> None:
    generator = np.random.default_rng(4)
    values = np.sort(generator.standard_normal(1_500_000))
    parts = np.split(values, [10, 5_000, 300_000, 301_000, 900_000])
    sketches = [filled(part, 50_000) for part in parts]
    for order in (range(6), reversed(range(6)), generator.permutation(6)):
        merged = Quantiles()
        for at in order:
            merged.merge(sketches[at])
        assert merged.weighted()[1][-1] == len(values)
        assert worst_rank_error(merged, values) <= RANK_ERROR


def test_few_values_are_exact() -> None:
    sketch = filled(np.arange(1000.0)[::-1], 100)
    assert sketch.rank_error == 0
    assert sketch.weighted()[0].tolist() == list(range(1000))


def test_errors_go_both_ways() -> None:
    generator, off = np.random.default_rng(5), []
    for step in generator.integers(500, 9_000, 30).tolist():
        values = generator.standard_normal(100_000)
        items, upto = filled(values, step).weighted()
        for bound in (-1.0, 0.0, 1.0):
            estimate = upto[np.searchsorted(items, bound) - 1]
            off.append((estimate - np.count_nonzero(values < bound)) / len(values))
    assert abs(np.mean(off)) < RANK_ERROR / 20


@pytest.mark.prove
def test_the_stated_error_holds_in_ninety_nine_of_a_hundred_streams() -> None:
    generator = np.random.default_rng(11)
    worst = []
    for _ in range(100):
        count = int(generator.integers(2_000, 3_000_000))
        values = generator.standard_normal(count)
        worst.append(worst_rank_error(filled(values, int(generator.integers(500, 65_537))), values))
    assert np.mean(np.array(worst) > RANK_ERROR) <= 0.01

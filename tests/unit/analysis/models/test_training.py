"""Training: honest scores, no leaks, no looking ahead, and a clear no where nothing can be done."""

import itertools
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.models.algorithms.feature import matrix_of
from morello.analysis.models.fitted import Predictor
from morello.kernel.errors import InvalidInput, MorelloError, NotFound

Columns = dict[str, Any]
Train = Any
_ROWS = 600


def shop(rows: int = _ROWS, seed: int = 0) -> Columns:
    generator = np.random.default_rng(seed)
    size, city = generator.normal(50, 10, rows), generator.integers(0, 4, rows)
    price = 3 * size + 20 * (city == 2) + generator.normal(0, 10, rows)
    return {
        "order_id": np.arange(rows),
        "at": np.datetime64("2026-01-01T08:00:00")
        + np.sort(generator.integers(0, 30_000_000, rows)),
        "size": size,
        "city": np.array(["Seoul", "Busan", "Jeju", "Daegu"])[city],
        "noise": generator.normal(size=rows),
        "price": price,
        "returned": generator.random(rows) < 1 / (1 + np.exp((size - 50) / 4)),
    }


@pytest.mark.slow
def test_a_number_is_predicted_honestly_and_explained(fit: Train) -> None:
    made = fit(shop(3000), "price")
    card = made.card
    assert card.worth
    assert card.kind == "regression"
    assert card.split.method == "time"
    assert card.drivers[0].column == "size"
    assert card.drivers[0].direction == "up"
    assert {each.column for each in card.dropped} >= {"order_id"}
    assert 0.8 < card.skill.value < 0.96
    fresh = shop(4000, seed=9)
    table = pa.table(fresh)
    said = Predictor(made.fitted).numbers(matrix_of(made.fitted.features, table))
    skill = 1 - ((fresh["price"] - said) ** 2).mean() / fresh["price"].var()
    assert card.skill.low - 0.03 <= skill <= card.skill.high + 0.03
    assert made.fitted.half_width is not None
    assert 0.87 < (np.abs(fresh["price"] - said) <= made.fitted.half_width).mean() < 0.93


@pytest.mark.slow
def test_a_class_is_predicted_with_chances_that_come_true(fit: Train) -> None:
    made = fit(shop(2000), "returned")
    assert made.card.classes == ["false", "true"]
    assert made.card.kind == "classification"
    fresh = shop(4000, seed=9)
    table = pa.table(fresh)
    chances = Predictor(made.fitted).chances(matrix_of(made.fitted.features, table))[:, 1]
    for low in (0.0, 0.25, 0.5, 0.75):
        among = (chances >= low) & (chances < low + 0.25)
        assert abs(chances[among].mean() - fresh["returned"][among].mean()) < 0.1


@pytest.mark.slow
def test_what_knows_the_answer_is_found_and_left_out(fit: Train) -> None:
    columns = shop()
    price = columns["price"]
    columns["with_tax"] = 1.1 * price
    columns["refund"] = pa.array(price, mask=~columns["returned"])
    columns["bill"] = np.exp(price / 40)
    made = fit(columns, "price")
    assert {"with_tax", "bill"} <= set(made.card.leaks)
    assert "with_tax" not in made.card.columns
    assert "refund" in fit(columns, "returned").card.leaks
    kept = fit(columns, "price", keep=["with_tax"])
    assert "with_tax" in kept.card.columns
    assert any(each.id == "model.limit.too_good" for each in kept.card.limits)


@pytest.mark.slow
def test_time_splits_do_not_look_ahead(fit: Train) -> None:
    columns = shop()
    made = fit(columns, "price")
    parts = made.card.split.parts
    for earlier, later in itertools.pairwise(parts):
        assert earlier.ends < later.starts
    # What happens at the end of time changes neither the trees nor what was chosen.
    first = _ROWS - parts[-1].rows
    changed = {**columns, "price": columns["price"].copy(), "city": columns["city"].copy()}
    changed["price"][first:] += 500
    changed["city"][first:] = "Elsewhere"
    again = fit(changed, "price")
    same = {"references"}
    assert again.fitted.model_dump(exclude=same) == made.fitted.model_dump(exclude=same)
    assert again.card.metrics != made.card.metrics


@pytest.mark.slow
def test_a_split_by_chance_would_flatter(fit: Train) -> None:
    """Values that wander: a split by chance learns each day's level, one by time cannot."""
    generator = np.random.default_rng(5)
    days = np.repeat(np.arange(120), 10)
    level = np.cumsum(generator.normal(size=120))[days]
    columns = {
        "at": np.datetime64("2026-01-01") + days,
        "running": days.astype(np.float64) + generator.random(len(days)) / 2,
        "value": level + generator.normal(0, 0.3, len(days)),
    }
    honest = fit(columns, "value").card
    flattered = fit(columns, "value", split="random").card
    assert honest.split.method == "time"
    assert flattered.skill.value > 0.8
    assert honest.skill.value < flattered.skill.value - 0.2
    assert honest.skill.high - honest.skill.low > 3 * (flattered.skill.high - flattered.skill.low)


@pytest.mark.slow
def test_rows_of_one_thing_stay_together(fit: Train) -> None:
    generator = np.random.default_rng(6)
    who = np.repeat(np.arange(100), 8)
    habit = generator.normal(size=100)
    columns = {
        "customer_id": [f"C{each:04d}" for each in who],
        "trait": habit[who],
        "spent": generator.normal(size=100)[who] + generator.normal(0, 0.1, len(who)),
    }
    made = fit(columns, "spent")
    assert made.card.split.method == "group"
    assert made.card.split.column == "customer_id"
    assert not made.card.worth  # each trait is one customer's: nothing to carry over


@pytest.mark.slow
def test_noise_is_not_worth_it(fit: Train) -> None:
    generator = np.random.default_rng(7)
    found = []
    for _ in range(10):
        columns = {f"c{each}": generator.normal(size=200) for each in range(6)}
        found.append(fit(columns, "c0").card.worth)
    assert sum(found) <= 1


@pytest.mark.slow
def test_the_same_rows_and_seed_give_the_same_model(fit: Train) -> None:
    columns = shop()
    first, again = fit(columns, "price"), fit(columns, "price")
    assert first == again
    assert first.fitted.to_bytes() == again.fitted.to_bytes()
    other = fit(columns, "price", split="random", seed=1)
    assert other.fitted != fit(columns, "price", split="random", seed=2).fitted


@pytest.mark.slow
def test_rows_far_out_do_not_decide_alone(fit: Train) -> None:
    columns = shop()
    columns["price"][[5, 300, 590]] = 1e7
    card = fit(columns, "price").card
    assert card.worth
    assert any(each.id == "model.limit.held" for each in card.limits)


@pytest.mark.slow
def test_more_rows_than_asked_for_are_sampled_and_said(fit: Train) -> None:
    card = fit(shop(), "price", rows_max=200).card
    assert card.rows_used == 200
    assert any(each.id == "model.limit.limited" for each in card.limits)


@pytest.mark.parametrize(
    ("change", "target", "wish", "problem"),
    [
        ({}, "prise", {}, "not_found.model_column_alike"),
        ({}, "xyzzy", {}, "not_found.model_column"),
        ({"price": np.ones(_ROWS)}, "price", {}, "invalid_input.model_constant"),
        ({"price": pa.nulls(_ROWS, pa.float64())}, "price", {}, "invalid_input.model_empty"),
        ({"price": np.full(_ROWS, np.inf)}, "price", {}, "invalid_input.model_empty"),
        ({"t": [f"v{n}" for n in range(_ROWS)]}, "t", {}, "invalid_input.model_classes"),
        ({}, "at", {}, "invalid_input.model_target"),
        ({}, "city", {"kind": "regression"}, "invalid_input.model_number"),
        ({}, "price", {"time": "size"}, "invalid_input.model_time"),
        ({}, "price", {"leave_out": ["at", "size", "city", "noise", "returned"]}, "model_features"),
        ({"city": ["a"] + ["b"] * (_ROWS - 1)}, "city", {}, "invalid_input.model_rare"),
    ],
)
def test_what_cannot_be_done_is_refused_clearly(
    fit: Train, change: Columns, target: str, wish: dict[str, Any], problem: str
) -> None:
    with pytest.raises(MorelloError) as refused:
        fit({**shop(), **change}, target, **wish)
    assert problem in refused.value.message.id
    assert refused.value.in_words("ko") != refused.value.message.id


@pytest.mark.parametrize("rows", [0, 1, 3, 30])
def test_few_rows_are_refused(fit: Train, rows: int) -> None:
    columns = {name: each[:rows] for name, each in shop().items()}
    with pytest.raises(InvalidInput):
        fit(columns, "price")


@pytest.mark.slow
def test_strange_values_are_taken(fit: Train) -> None:
    columns = shop()
    columns["size"] = columns["size"].copy()
    columns["size"][:50] = np.inf
    columns["size"][50:70] = np.nan
    columns["empty"] = pa.nulls(_ROWS)
    columns["one"] = np.ones(_ROWS)
    columns["far"] = np.full(_ROWS, 1e300)
    card = fit(columns, "price").card
    assert card.worth
    assert {"empty", "one", "far"} <= {each.column for each in card.dropped} | {"far"}


@pytest.mark.slow
def test_five_thousand_columns_are_screened(fit: Train) -> None:
    generator = np.random.default_rng(1)
    columns: Columns = {f"c{each}": generator.normal(size=400) for each in range(5_000)}
    columns["y"] = 3 * columns["c17"] + generator.normal(size=400)
    card = fit(columns, "y").card
    assert card.worth
    assert card.drivers[0].column == "c17"
    assert len(card.columns) == 300


def test_a_column_that_is_not_there_is_named(fit: Train) -> None:
    with pytest.raises(NotFound) as refused:
        fit(shop(), "prices")
    assert refused.value.message.parameters["similar"] == ["price"]

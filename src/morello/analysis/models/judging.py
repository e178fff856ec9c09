"""Judging a fitted model on rows that had no part in it: scores, honesty, what it goes by."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.learning.score import (
    Score,
    calibration_error,
    of_classes,
    of_numbers,
    scored,
    share_within,
)
from morello.analysis.models.card import Driver, Honesty, Metric
from morello.analysis.models.fitted import LEVEL, Predictor
from morello.kernel.messages import Message

DRIVERS_MAX = 20
_EXPLAINED_ROWS_MAX = 1_000
_DIRECTION_MIN = 0.5
_ROWS_FOR_DIRECTION_MIN = 10

Values = NDArray[np.float32]
Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def metrics_of(
    predictor: Predictor,
    matrix: Values,
    actual: Floats,
    *,
    bounds: tuple[float, float],
    generator: np.random.Generator,
    groups: Places | None = None,
) -> list[Metric]:
    """Score a model on rows with known targets, beside saying the same thing of every row."""
    constant = np.array(predictor.fitted.constant)
    if predictor.fitted.kind == "regression":
        held, plain = np.clip(actual, *bounds), np.full(len(actual), constant[0])
        measure = of_numbers(actual, predictor.numbers(matrix), plain, held)
        beside = of_numbers(actual, plain, plain, held)
    else:
        classes, same = actual.astype(np.int64), np.tile(constant, (len(actual), 1))
        measure = of_classes(classes, predictor.chances(matrix), same)
        beside = of_classes(classes, same, same)
    plainly = beside(np.arange(len(actual)))
    scores: dict[str, Score] = scored(measure, len(actual), generator, groups)
    return [
        Metric(name=name, value=each.value, low=each.low, high=each.high, plain=plainly[name])
        for name, each in scores.items()
    ]


def honesty_of(predictor: Predictor, matrix: Values, actual: Floats) -> Honesty:
    """Tell whether intervals hold as many values as they say, or chances come true."""
    fitted = predictor.fitted
    told: dict[str, object] = dict.fromkeys(Honesty.model_fields)
    if fitted.kind == "classification":
        classes = actual.astype(np.int64)
        error = calibration_error(classes, predictor.chances(matrix))
        before = calibration_error(classes, predictor.raw_chances(matrix))
        told |= {"method": fitted.calibration.method, "error": error, "error_before": before}
        return Honesty.model_validate(told)
    if fitted.half_width is None:
        return Honesty.model_validate(told | {"method": "none"})
    inside = share_within(np.abs(actual - predictor.numbers(matrix)) <= fitted.half_width)
    told |= {
        "method": "conformal",
        "level": LEVEL,
        "half_width": fitted.half_width,
        "coverage": inside.value,
        "coverage_low": inside.low,
        "coverage_high": inside.high,
    }
    return Honesty.model_validate(told)


def drivers_of(predictor: Predictor, matrix: Values) -> list[Driver]:
    """Tell what a model goes by: mean absolute contributions, the parts of a column together."""
    rows = matrix[
        np.linspace(0, len(matrix) - 1, min(len(matrix), _EXPLAINED_ROWS_MAX)).astype(int)
    ]
    added = predictor.contributions(rows)
    sizes = np.abs(added - added.mean(axis=0)).mean(axis=0).sum(axis=1)
    whole = float(sizes.sum())
    if not whole > 0:
        return []
    shares: dict[str, float] = {}
    directions: dict[str, float] = {}
    for place, feature in enumerate(predictor.fitted.features):
        shares[feature.column] = shares.get(feature.column, 0.0) + float(sizes[place]) / whole
        if feature.part == "number" and added.shape[2] <= 2:  # noqa: PLR2004 - of two classes, the second's
            directions[feature.column] = _direction(rows[:, place], added[:, place, -1])
    ordered = sorted(shares, key=lambda each: (-shares[each], each))[:DRIVERS_MAX]
    return [
        Driver(column=each, share=round(shares[each], 4), direction=_word(directions.get(each, 0)))
        for each in ordered
        if shares[each] > 0
    ]


def _direction(values: Values, added: Floats) -> float:
    """Return Spearman's rank correlation over the rows where the column has a value."""
    known = ~np.isnan(values)
    if known.sum() < _ROWS_FOR_DIRECTION_MIN:
        return 0.0
    first, second = (
        np.unique(each[known], return_inverse=True)[1].astype(np.float64)
        for each in (values, added)
    )
    if not first.any() or not second.any():
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _word(direction: float) -> str | None:
    if abs(direction) < _DIRECTION_MIN:
        return None
    return "up" if direction > 0 else "down"


def summary_of(kind: str, target: str, metrics: Sequence[Metric], best: list[str]) -> Message:
    """Say in a sentence how well a model does."""
    found = {each.name: each for each in metrics}
    skill = found["skill"]
    if skill.low <= 0:
        return Message(id="model.summary.none", parameters={"target": target})
    parameters = {"target": target, "skill": round(skill.value, 3), "best": best}
    if kind == "regression":
        mae = found["mae"]
        parameters |= {"error": _short(mae.value), "plain": _short(mae.plain)}
        return Message(id="model.summary.regression", parameters=parameters)
    accuracy = found["accuracy"]
    parameters |= {"accuracy": round(accuracy.value, 3), "plain": round(accuracy.plain, 3)}
    return Message(id="model.summary.classification", parameters=parameters)


def _short(value: float) -> float:
    return float(f"{value:.3g}")

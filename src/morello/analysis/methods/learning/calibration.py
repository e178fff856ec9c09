"""Calibration: stated chances become those that come true, learned from rows held back.

Platt (1999), Probabilistic outputs for support vector machines; Zadrozny and Elkan (2002),
Transforming classifier scores into accurate multiclass probability estimates: one curve a class,
and then they add up to one again. Which of the methods is used is judged on further rows.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from morello.analysis.methods.learning.score import log_losses

Method = Literal["none", "sigmoid", "isotonic"]
FOLDS = 5
ISOTONIC_ROWS_MIN = 1_000
"""With fewer the steps of an isotonic curve follow chance."""
_TINY = 1e-6
_STEPS = 50
_PRIOR = 1e-2
_BINARY = 2

Floats = NDArray[np.float64]
Classes = NDArray[np.int64]


class Curve(BaseModel):
    """One class's stated chance (`stated`, ascending) and what it means (`meant`)."""

    model_config = ConfigDict(frozen=True)

    stated: tuple[float, ...]
    meant: tuple[float, ...]


class Calibration(BaseModel):
    """How chances are corrected: by a line each (slope, intercept of the log odds), or a curve."""

    model_config = ConfigDict(frozen=True)

    method: Method = "none"
    lines: tuple[tuple[float, float], ...] = ()
    curves: tuple[Curve, ...] = ()

    def apply(self, probabilities: Floats) -> Floats:
        """Return corrected chances (rows by classes), which add up to one."""
        if self.method == "none":
            return probabilities
        first = 1 if probabilities.shape[1] == _BINARY else 0
        columns = [
            self._one(each - first, probabilities[:, each])
            for each in range(first, probabilities.shape[1])
        ]
        if first:
            return np.column_stack([1 - columns[0], columns[0]])
        made = np.clip(np.column_stack(columns), _TINY, None)
        return np.asarray(made / made.sum(axis=1, keepdims=True), dtype=np.float64)

    def _one(self, place: int, stated: Floats) -> Floats:
        if self.method == "sigmoid":
            slope, intercept = self.lines[place]
            return _sigmoid(slope * _logit(stated) + intercept)
        curve = self.curves[place]
        return np.clip(np.interp(stated, curve.stated, curve.meant), _TINY, 1 - _TINY)


def calibrated(
    probabilities: Floats, actual: Classes, generator: np.random.Generator
) -> Calibration:
    """Learn a calibration; of the methods, the one with the least log loss on rows left out."""
    methods: list[Method] = ["none", "sigmoid"]
    if len(actual) >= ISOTONIC_ROWS_MIN:
        methods.append("isotonic")
    folds = generator.permutation(len(actual)) % FOLDS
    losses = dict.fromkeys(methods, 0.0)
    for fold in range(min(FOLDS, len(actual))):
        seen, left = folds != fold, folds == fold
        for method in methods:
            made = _fitted(method, probabilities[seen], actual[seen]).apply(probabilities[left])
            losses[method] += float(log_losses(actual[left], made).sum())
    return _fitted(min(methods, key=lambda each: losses[each]), probabilities, actual)


def _fitted(method: Method, probabilities: Floats, actual: Classes) -> Calibration:
    classes = probabilities.shape[1]
    wanted = range(1 if classes == _BINARY else 0, classes)
    if method == "sigmoid":
        lines = [_line(_logit(probabilities[:, each]), actual == each) for each in wanted]
        return Calibration(method=method, lines=tuple(lines))
    if method == "isotonic":
        curves = [isotonic(probabilities[:, each], actual == each) for each in wanted]
        return Calibration(method=method, curves=tuple(curves))
    return Calibration()


def _line(score: Floats, hit: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit a logistic line by Newton's method, drawn lightly towards leaving chances as they are."""
    x = np.column_stack([score, np.ones(len(score))])
    weights, start = np.array([1.0, 0.0]), np.array([1.0, 0.0])
    pull = _PRIOR * len(score) * np.array([1.0, 0.1]) + 1.0
    for _ in range(_STEPS):
        said = _sigmoid(x @ weights)
        gradient = x.T @ (said - hit) + pull * (weights - start)
        curvature = (x * (said * (1 - said))[:, None]).T @ x + np.diag(pull)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - np.clip(step, -1, 1)
        if np.abs(step).max() < _TINY:
            break
    return max(float(weights[0]), 0.0), float(weights[1])


def isotonic(stated: Floats, hit: NDArray[np.bool_]) -> Curve:
    """Fit the rising steps of least squared error (pool adjacent violators), as a curve."""
    order = np.argsort(stated, kind="stable")
    levels: list[list[float]] = []  # mean, weight, lowest and highest stated
    for place in order:
        levels.append([float(hit[place]), 1.0, float(stated[place]), float(stated[place])])
        while len(levels) > 1 and levels[-2][0] >= levels[-1][0]:
            mean, weight, _, high = levels.pop()
            last = levels[-1]
            last[0] = (last[0] * last[1] + mean * weight) / (last[1] + weight)
            last[1] += weight
            last[3] = high
    points = (
        [(low, mean) for mean, _, low, _ in levels],
        [(high, mean) for mean, _, _, high in levels],
    )
    both = sorted({*points[0], *points[1]})
    return Curve(stated=tuple(each[0] for each in both), meant=tuple(each[1] for each in both))


def _logit(chances: Floats) -> Floats:
    held = np.clip(chances, _TINY, 1 - _TINY)
    return np.asarray(np.log(held / (1 - held)), dtype=np.float64)


def _sigmoid(score: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))), dtype=np.float64)

"""A linear model over features: what it weighs, and how it is fitted."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from morello.analysis.methods.learning.linear import logistic, ridge, softmax
from morello.analysis.models.algorithms.feature import Feature

LEVELS_MAX = 20
"""Values of a category that get a weight of their own, the most frequent."""
CELLS_MAX = 12_000_000
"""Rows times terms that are fitted; of more rows the first ones, which stand in no order."""
_REACH = 5.0
"""Standard deviations beyond which a value counts as that far: nothing is drawn out further."""

Values = NDArray[np.float32]
Floats = NDArray[np.float64]


class Term(BaseModel):
    """One thing that is weighed: a value, that it is absent, or that it is a certain one."""

    model_config = ConfigDict(frozen=True)

    feature: int
    what: Literal["value", "absent", "level"]
    level: int = 0
    middle: float = 0.0
    """What stands for an absent value."""
    mean: float = 0.0
    spread: float = 1.0

    def of(self, values: Values) -> Floats:
        """Return the standardized column."""
        if self.what == "absent":
            raw = np.isnan(values).astype(np.float64)
        elif self.what == "level":
            raw = (values == self.level).astype(np.float64)
        else:
            raw = np.where(np.isnan(values), self.middle, values).astype(np.float64)
        return np.asarray(np.clip((raw - self.mean) / self.spread, -_REACH, _REACH))


class Linear(BaseModel):
    """Terms with their weights: a row for each term, a column for each output."""

    model_config = ConfigDict(frozen=True)

    terms: tuple[Term, ...]
    weights: tuple[tuple[float, ...], ...]
    intercepts: tuple[float, ...]

    def predict(self, matrix: Values, *, classes: int) -> Floats:
        """Return numbers (`classes` 0) or chances, rows by classes."""
        scores = self._design(matrix) @ np.array(self.weights).reshape(len(self.terms), -1)
        scores = scores + np.array(self.intercepts)
        return softmax(scores) if classes else np.asarray(scores[:, 0])

    def contributions(self, matrix: Values, features: int) -> Floats:
        """Return what each feature adds to each output: rows by features by outputs."""
        design = self._design(matrix)
        weights = np.array(self.weights).reshape(len(self.terms), -1)
        made = np.zeros((len(matrix), features, weights.shape[1]))
        for place, term in enumerate(self.terms):
            made[:, term.feature] += design[:, place, None] * weights[place]
        return made

    def _design(self, matrix: Values) -> Floats:
        columns = [term.of(matrix[:, term.feature]) for term in self.terms]
        return np.column_stack(columns) if columns else np.zeros((len(matrix), 0))


def fit_linear(
    features: tuple[Feature, ...], matrix: Values, target: NDArray[np.float64], *, classes: int
) -> Linear:
    """Fit on rows that stand in no order; `target` holds numbers, or the places of classes."""
    terms = _terms(features, matrix)
    rows = max(1, min(len(matrix), CELLS_MAX // max(1, len(terms))))
    chosen = (
        np.arange(len(matrix))
        if rows == len(matrix)
        else np.linspace(0, len(matrix) - 1, rows).astype(np.int64)
    )
    made = Linear(terms=terms, weights=(), intercepts=())
    design = made._design(matrix[chosen]) if terms else np.zeros((rows, 0))  # noqa: SLF001 - our own
    if classes:
        weights, intercepts = logistic(design, target[chosen].astype(np.int64), classes)
        both = tuple(map(tuple, weights.tolist())), tuple(intercepts.tolist())
    else:
        slopes, intercept = ridge(design, target[chosen])
        both = tuple((each,) for each in slopes.tolist()), (intercept,)
    return Linear(terms=terms, weights=both[0], intercepts=both[1])


def _terms(features: tuple[Feature, ...], matrix: Values) -> tuple[Term, ...]:
    found: list[Term] = []
    for place, feature in enumerate(features):
        values = matrix[:, place]
        if feature.levels:
            raw = [
                Term(feature=place, what="level", level=each)
                for each in range(min(feature.levels, max(LEVELS_MAX, 24)))
            ]
        else:
            present = values[~np.isnan(values)]
            middle = float(np.median(present)) if len(present) else 0.0
            raw = [Term(feature=place, what="value", middle=middle)]
        raw.append(Term(feature=place, what="absent"))
        for term in raw:
            made = _standardized(term, values)
            if made is not None:
                found.append(made)
    return tuple(found)


def _standardized(term: Term, values: Values) -> Term | None:
    """Return the term with its mean and spread; None when it is the same in every row."""
    if term.what == "value":
        raw = np.where(np.isnan(values), term.middle, values).astype(np.float64)
        low, high = np.quantile(raw, [0.005, 0.995])
        held = np.clip(raw, low, high) if high > low else raw
    else:
        held = term.of(values)
    spread = float(held.std())
    if not spread > 0:
        return None
    return term.model_copy(update={"mean": float(held.mean()), "spread": spread})

"""A fitted model as it is kept: plain JSON, and trees in LightGBM's text format. Never a pickle."""

import zlib
from typing import Literal

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from morello.analysis.methods.learning.calibration import Calibration
from morello.analysis.methods.learning.drift import Reference
from morello.analysis.models.algorithms.boosted import TEXT_BYTES_MAX, Trees
from morello.analysis.models.algorithms.feature import Feature
from morello.analysis.models.algorithms.linear import Linear
from morello.analysis.models.card import Algorithm, Kind
from morello.kernel.errors import Fault

PLAIN_BYTES_MAX = 2 * TEXT_BYTES_MAX
LEVEL = 0.9
"""Share of new values that prediction intervals are made to hold."""

Values = NDArray[np.float32]
Floats = NDArray[np.float64]


class Fitted(BaseModel):
    """All that predicting takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    kind: Kind
    target: str
    classes: tuple[str, ...]
    features: tuple[Feature, ...]
    algorithm: Algorithm
    constant: tuple[float, ...]
    """What the dummy says: a number, or a chance for each class."""
    linear: Linear | None = None
    trees: str = ""
    calibration: Calibration = Calibration()
    half_width: float | None = None
    references: tuple[Reference, ...] = ()
    """How each feature's values lay in training."""

    def to_bytes(self) -> bytes:
        """Return the one form it is kept in; the same model has the same bytes."""
        plain = self.model_dump(mode="json")
        return zlib.compress(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS), 6)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Fitted":
        """Read it again. Raises Fault for what is not a model."""
        opened = zlib.decompressobj()
        try:
            plain = opened.decompress(content, PLAIN_BYTES_MAX)
            if opened.unconsumed_tail:
                raise Fault("model_content")
            return cls.model_validate_json(plain)
        except (zlib.error, ValidationError) as error:
            raise Fault("model_content") from error


class Predictor:
    """A fitted model that was loaded. Trees are: only in a process that may be killed."""

    def __init__(self, fitted: Fitted) -> None:
        self.fitted = fitted
        self._classes = len(fitted.classes)
        boosted = fitted.algorithm == "boosted"
        self._trees = Trees(fitted.trees, len(fitted.features), self._classes) if boosted else None

    def numbers(self, matrix: Values) -> Floats:
        """Return predicted numbers."""
        return self._raw(matrix)

    def chances(self, matrix: Values) -> Floats:
        """Return calibrated chances, rows by classes."""
        return self.fitted.calibration.apply(self.raw_chances(matrix))

    def raw_chances(self, matrix: Values) -> Floats:
        """Return chances as the algorithm states them."""
        return self._raw(matrix)

    def contributions(self, matrix: Values) -> Floats:
        """Return what each feature adds to each output: rows by features by outputs."""
        if self._trees is not None:
            return self._trees.contributions(matrix)
        if self.fitted.linear is not None:
            return self.fitted.linear.contributions(matrix, matrix.shape[1])
        return np.zeros((len(matrix), matrix.shape[1], 1))

    def _raw(self, matrix: Values) -> Floats:
        if self._trees is not None:
            return self._trees.predict(matrix)
        if self.fitted.linear is not None:
            return self.fitted.linear.predict(matrix, classes=self._classes)
        constant = np.array(self.fitted.constant)
        return (
            np.tile(constant, (len(matrix), 1))
            if self._classes
            else np.full(len(matrix), constant[0])
        )

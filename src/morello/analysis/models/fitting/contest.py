"""The contest of candidates: each is fitted on the same rows, and judged on others."""

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from morello.analysis.methods.learning.score import log_losses
from morello.analysis.models.algorithms.boosted import Boosting, Rows
from morello.analysis.models.algorithms.feature import Feature
from morello.analysis.models.algorithms.linear import fit_linear
from morello.analysis.models.card import Algorithm, Kind, Tried
from morello.analysis.models.fitted import Fitted, Predictor

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Contest:
    """What all candidates are told. Targets are numbers, or the places of classes."""

    kind: Kind
    target: str
    classes: tuple[str, ...]
    features: tuple[Feature, ...]
    seed: int
    device: str

    def run(
        self, fit: Rows, choose: Rows, *, report: Callable[[float], None]
    ) -> tuple[Fitted, list[Tried]]:
        """Return the winner, fitted again on all of these rows, and how all of them did.

        A candidate must beat every simpler one by more than one standard error of the difference
        (Breiman, Friedman, Olshen and Stone 1984): what is not clearly better is not worth it.
        """
        text, rounds = self._boosting.fit(fit, choose, lambda share: report(0.6 * share))
        candidates = [
            self._plain("dummy", fit[1]),
            self._linear(fit),
            self._plain("boosted", fit[1]).model_copy(update={"trees": text}),
        ]
        losses = [self.losses(each, choose) for each in candidates]
        winner = _winner(losses)
        both = np.vstack([fit[0], choose[0]]), np.concatenate([fit[1], choose[1]])
        made = self._again(candidates[winner].algorithm, both, rounds)
        report(1.0)
        tried = [
            Tried(algorithm=each.algorithm, loss=float(loss.mean()), chosen=place == winner)
            for place, (each, loss) in enumerate(zip(candidates, losses, strict=True))
        ]
        return made, tried

    def losses(self, fitted: Fitted, rows: Rows) -> Floats:
        """Return each row's loss: squared error, or log loss."""
        predictor = Predictor(fitted)
        if self.kind == "regression":
            return np.asarray((rows[1] - predictor.numbers(rows[0])) ** 2)
        return log_losses(rows[1].astype(np.int64), predictor.raw_chances(rows[0]))

    def _again(self, algorithm: Algorithm, rows: Rows, rounds: int) -> Fitted:
        if algorithm == "linear":
            return self._linear(rows)
        made = self._plain(algorithm, rows[1])
        if algorithm == "dummy":
            return made
        text, _ = self._boosting.fit(rows, rounds)
        return made.model_copy(update={"trees": text})

    @property
    def _boosting(self) -> Boosting:
        return Boosting(self.features, len(self.classes), self.seed, self.device)

    def _linear(self, rows: Rows) -> Fitted:
        linear = fit_linear(self.features, *rows, classes=len(self.classes))
        return self._plain("linear", rows[1]).model_copy(update={"linear": linear})

    def _plain(self, algorithm: Algorithm, target: Floats) -> Fitted:
        """Return a model that says the same of every row, to be filled by the others."""
        if self.classes:
            # Each class counts one more, so that none is called impossible.
            counts = np.bincount(target.astype(np.int64), minlength=len(self.classes)) + 1
            constant = tuple((counts / counts.sum()).tolist())
        else:
            constant = (float(target.mean()),)
        return Fitted(
            kind=self.kind,
            target=self.target,
            classes=self.classes,
            features=self.features,
            algorithm=algorithm,
            constant=constant,
        )


def _winner(losses: list[Floats]) -> int:
    best = 0
    for place in range(1, len(losses)):
        better = losses[best] - losses[place]
        error = float(better.std(ddof=1)) / np.sqrt(len(better))
        if float(better.mean()) > error:
            best = place
    return best

"""Training: from a version of a dataset to a model and its card. Blocks; for a worker process."""

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.engine import look_at
from morello.analysis.insights.finders.dependencies import find_dependencies
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.learning.calibration import calibrated
from morello.analysis.methods.learning.conformal import half_width
from morello.analysis.methods.learning.drift import reference_of
from morello.analysis.models.algorithms.boosted import Rows, device_for
from morello.analysis.models.card import Card, Tried
from morello.analysis.models.fitted import LEVEL, Fitted, Predictor
from morello.analysis.models.fitting.choice import Choice, chosen
from morello.analysis.models.fitting.contest import Contest
from morello.analysis.models.fitting.division import Division, divided
from morello.analysis.models.fitting.target import Target, column_named, target_of
from morello.analysis.models.judging import drivers_of, honesty_of, metrics_of, summary_of
from morello.analysis.models.limits import limits_of
from morello.analysis.models.wish import Wish
from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Reader
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.errors import InvalidInput
from morello.kernel.messages import Message

_FAR_OUT = 5.0
"""Ranges between quartiles beyond which a target is held, lest a few rows decide alone."""
_FAR_OUT_SHARE_MAX = 0.01
_READING_SHARE = 0.3
_NAMED_MAX = 3

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Report = Callable[[Progress], None]


class Trained(BaseModel):
    """A model and its card."""

    card: Card
    fitted: Fitted


def train(reader: Reader, pinned: PinnedVersion, wish: Wish, *, report: Report) -> Trained:
    """Train a model. The same version, wish and device give the same model.

    Raises NotFound (a column), InvalidInput (what cannot be predicted, and why), Unavailable.
    """

    def reading(progress: Progress) -> None:
        share = (progress.share or 0.0) / _READING_SHARE  # the whole analysis would read as long
        report(_progress("reading", _READING_SHARE * min(share, 1.0)))

    subject = look_at(reader, pinned, report=reading, cancellation=Cancellation())
    if not subject.sample.rows:
        raise InvalidInput("model_empty", target=wish.target)
    find_dependencies(subject, Search())
    column = column_named(subject.profile.columns, wish.target)
    target = target_of(
        column,
        subject.sample.table.column(column.name),
        wish.kind,
        is_class=column in subject.roles.dimensions,
    )
    division = divided(subject, target, wish)
    if division.classes:
        target = _of_classes(target, division.classes)
    by_group = division.column if division.method == "group" else None
    choice = chosen(subject, target, wish, by_group, division.parts.fit)
    study = _Study(subject, target, division, choice, wish, report)
    return study.trained(pinned)


@dataclasses.dataclass(frozen=True, slots=True)
class _Study:
    """One training, once it is known what to learn from which rows."""

    subject: Subject
    target: Target
    division: Division
    choice: Choice
    wish: Wish
    report: Report

    def trained(self, pinned: PinnedVersion) -> Trained:
        """Fit, choose, calibrate, test, explain."""
        parts, device = self.division.parts, device_for(self.wish.device)
        # What comes later is not looked at, not even for how far out it lies.
        bounds = ordinary(self.target.values[parts.fit], self.target.kind)
        contest = Contest(
            kind=self.target.kind,
            target=self.target.name,
            classes=self.target.classes,
            features=self.choice.features,
            seed=self.wish.seed,
            device=device,
        )

        def fitting(share: float) -> None:
            self.report(_progress("fitting", _READING_SHARE + 0.5 * share))

        fit, choose = self._rows(parts.fit, bounds), self._rows(parts.choose, bounds)
        made, tried = contest.run(fit, choose, report=fitting)
        self.report(_progress("judging", 0.85))
        fitted = self._honest(made)
        return Trained(card=self._card(pinned, fitted, tried, device), fitted=fitted)

    def _rows(self, rows: Places, bounds: tuple[float, float]) -> Rows:
        return self.choice.matrix[rows], np.clip(self.target.values[rows], *bounds)

    def _honest(self, made: Fitted) -> Fitted:
        """Calibrate on rows held back for that, and note how the rows it learned from lie."""
        parts = self.division.parts
        matrix, actual = self.choice.matrix[parts.calibrate], self.target.values[parts.calibrate]
        predictor = Predictor(made)
        learned = self.choice.matrix[np.concatenate([parts.fit, parts.choose])]
        more: dict[str, object] = {
            "references": tuple(reference_of(learned[:, each]) for each in range(learned.shape[1]))
        }
        if made.kind == "regression":
            more["half_width"] = half_width(actual - predictor.numbers(matrix), LEVEL)
        elif made.algorithm != "dummy":
            generator = np.random.default_rng(self.wish.seed)
            chances = predictor.raw_chances(matrix)
            more["calibration"] = calibrated(chances, actual.astype(np.int64), generator)
        return made.model_copy(update=more)

    def _card(self, pinned: PinnedVersion, fitted: Fitted, tried: list[Tried], device: str) -> Card:
        predictor, division, choice = Predictor(fitted), self.division, self.choice
        test = division.parts.test
        matrix, actual = choice.matrix[test], self.target.values[test]
        generator = np.random.default_rng(self.wish.seed)
        used = self.target.values[np.concatenate(division.parts.each)]
        bounds = ordinary(used, fitted.kind)
        metrics = metrics_of(
            predictor,
            matrix,
            actual,
            bounds=bounds,
            generator=generator,
            groups=division.drawn_together,
        )
        self.report(_progress("explaining", 0.95))
        drivers = drivers_of(predictor, matrix)
        best = [each.column for each in drivers[:_NAMED_MAX]]
        card = Card(
            summary=summary_of(fitted.kind, fitted.target, metrics, best),
            worth=metrics[0].low > 0 and fitted.algorithm != "dummy",
            kind=fitted.kind,
            target=fitted.target,
            classes=list(fitted.classes),
            dataset=pinned.dataset,
            version=pinned.version,
            algorithm=fitted.algorithm,
            device=device,
            seed=self.wish.seed,
            rows=self.subject.sample.total,
            rows_used=sum(len(each) for each in division.parts.each),
            split=division.told(),
            tried=tried,
            metrics=metrics,
            honesty=honesty_of(predictor, matrix, actual),
            drivers=drivers,
            columns=list(dict.fromkeys(each.column for each in fitted.features)),
            dropped=choice.dropped,
            leaks=choice.leaks,
            limits=[],
        )
        held = int(((used < bounds[0]) | (used > bounds[1])).sum())
        limits = limits_of(card, self.subject.sample.rows, division.rows_left_out, held)
        return card.model_copy(update={"limits": limits})


def ordinary(values: Floats, kind: str) -> tuple[float, float]:
    """Return the least and greatest target that is not far out; all are where many would be.

    Beyond it a target is held there: a hundredth of the rows, typed wrong say, would decide alone.
    """
    if kind == "classification":
        return -np.inf, np.inf
    low, high = np.quantile(values, [0.25, 0.75])
    reach = _FAR_OUT * (high - low)
    inside = values[(values >= low - reach) & (values <= high + reach)]
    few = len(values) * (1 - _FAR_OUT_SHARE_MAX) <= len(inside) < len(values)
    if not (reach > 0 and few):
        return -np.inf, np.inf
    return float(inside.min()), float(inside.max())


def _of_classes(target: Target, kept: tuple[int, ...]) -> Target:
    """Return the target with only some of its classes."""
    place = np.full(len(target.classes) + 1, np.nan)
    place[list(kept)] = np.arange(len(kept))
    known = np.where(np.isnan(target.values), len(target.classes), target.values)
    return dataclasses.replace(
        target,
        values=place[known.astype(np.int64)],
        classes=tuple(target.classes[each] for each in kept),
    )


def _progress(step: str, share: float) -> Progress:
    return Progress(message=Message(id=f"model.progress.{step}"), share=round(share, 3))

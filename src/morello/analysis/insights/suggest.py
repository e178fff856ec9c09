"""Model suggestions: what could be predicted, how well, and which columns know too much."""

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.suggestion import (
    KindOutlook,
    ModelKind,
    ModelSuggestion,
    Outlook,
)
from morello.analysis.insights.table.calendar import calendar_of
from morello.analysis.insights.table.roles import is_outcome
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods import prediction
from morello.analysis.methods.association import association
from morello.analysis.methods.profile import ColumnProfile
from morello.kernel.messages import Message

WORTH_MIN = 0.05
SUGGESTIONS_MAX = 6
TARGETS_MAX = 16
CLASSES_MAX = 10
LEAK_MIN = 0.97
"""A single column that explains more of a target than this knows the answer."""
_ROWS_MIN = 100
_NAMED_MAX = 5
_MINORITY_MIN = 0.01
_WEEK = 7
_ROWS_PER_ENTITY_MIN = 5

Floats = NDArray[np.float64]


def suggestions_of(subject: Subject) -> list[ModelSuggestion]:
    """Return what a model could do on this table, the most worthwhile first."""
    return _ranked(subject, _predictable(subject))


def outlook_of(subject: Subject) -> Outlook:
    """Return what kinds of problem a table supports, what is worthwhile, and what is not."""
    found = _predictable(subject)
    enough = subject.sample.rows >= _ROWS_MIN
    measures = [each.name for each in subject.roles.measures] if enough else []
    classes = [each.name for each in _classes(subject)] if enough else []
    days = calendar_of(subject, "day", periods_max=20_000)
    course = days.column.name if days is not None and days.count >= 8 * _WEEK else None
    entities = [each.name for each in subject.roles.entities] if _clusters(subject) else []
    shown: dict[ModelKind, dict[str, object]] = {
        "regression": {"columns": measures[:_NAMED_MAX]},
        "classification": {"columns": classes[:_NAMED_MAX]},
        "forecast": {"column": course},
        "clustering": {"columns": entities[:_NAMED_MAX]},
    }
    tried = [each.name for each in _targets(subject)] if enough else []
    predicted = {each.target for each in found}
    return Outlook(
        kinds=[_kind(kind, parameters) for kind, parameters in shown.items()],
        suggestions=_ranked(subject, found),
        not_worth=[each for each in tried if each not in predicted],
    )


def _kind(kind: ModelKind, parameters: dict[str, object]) -> KindOutlook:
    possible = all(parameters.values())
    message = (
        Message(id=f"model.kind.{kind}", parameters=parameters)
        if possible
        else Message(id=f"model.kind.{kind}.none")
    )
    return KindOutlook(kind=kind, possible=possible, message=message)


def _predictable(subject: Subject) -> list[ModelSuggestion]:
    if subject.sample.rows < _ROWS_MIN:
        return []
    rows = _rows(subject)
    features = _features(subject, rows)
    return [
        suggestion
        for target in _targets(subject)
        if (suggestion := _supervised(subject, target, features, rows)) is not None
    ]


def _ranked(subject: Subject, predictable: list[ModelSuggestion]) -> list[ModelSuggestion]:
    if subject.sample.rows < _ROWS_MIN:
        return []
    found = [*predictable, *_forecasts(subject)]
    # What is explained all but wholly is more likely a leak than a gift.
    found.sort(key=lambda each: (each.worth >= LEAK_MIN, not is_outcome(each.target), -each.worth))
    return [*found[:SUGGESTIONS_MAX], *_clusters(subject)]


def _rows(subject: Subject) -> NDArray[np.int64]:
    """Choose rows to learn from, in order of time where there is one."""
    rows = np.arange(subject.sample.rows)
    generator = np.random.default_rng(0)
    if len(rows) > prediction.ROWS_MAX:
        rows = np.sort(generator.choice(rows, prediction.ROWS_MAX, replace=False))
    if subject.roles.times:
        days = subject.sample.days(subject.roles.times[0].name)[rows]
        return np.asarray(rows[np.argsort(days, kind="stable")])
    return np.asarray(generator.permutation(rows))


def _features(subject: Subject, rows: NDArray[np.int64]) -> dict[str, Floats]:
    found = {
        each.name: prediction.of_numbers(subject.numbers(each)[rows])
        for each in subject.roles.measures
    }
    for each in subject.roles.dimensions:
        codes, values = subject.sample.codes(each.name)
        found[each.name] = prediction.of_codes(codes[rows], len(values))
    for each in subject.roles.times[:1]:
        days = subject.sample.days(each.name)[rows]
        known = np.where(np.isnan(days), 0, days)
        found[each.name] = prediction.of_codes(
            ((np.floor(known) + 3) % _WEEK).astype(np.int32), _WEEK
        )
    return found


def _targets(subject: Subject) -> list[ColumnProfile]:
    return [*_classes(subject), *subject.roles.measures][:TARGETS_MAX]


def _classes(subject: Subject) -> list[ColumnProfile]:
    return [each for each in subject.roles.dimensions if each.distinct <= CLASSES_MAX]


def _target(subject: Subject, column: ColumnProfile, rows: NDArray[np.int64]) -> Floats | None:
    """Return rows by outputs, NaN where the target is absent; None when it varies too little."""
    if column in subject.roles.dimensions:
        codes, values = subject.sample.codes(column.name)
        made = prediction.of_codes(codes[rows], len(values))
        made[codes[rows] < 0] = np.nan
        return made if np.nanmean(made, axis=0).max() < 1 - _MINORITY_MIN else None
    return subject.numbers(column)[rows][:, None]


def _supervised(
    subject: Subject, column: ColumnProfile, features: dict[str, Floats], rows: NDArray[np.int64]
) -> ModelSuggestion | None:
    target = _target(subject, column, rows)
    if target is None:
        return None
    known = ~np.isnan(target[:, 0])
    if known.sum() < _ROWS_MIN:
        return None
    target = target[known]
    related = set().union(*(each for each in subject.formulas if column.name in each))
    alone = {
        name: prediction.share_explained(each[known], target)
        for name, each in features.items()
        if name != column.name
    }
    leaks = [
        name
        for name, explained in alone.items()
        if explained >= LEAK_MIN
        or name in related
        or _tells_by_absence(subject, name, column)
        or _tells_in_another_shape(subject, name, rows[known], target)
    ]
    used = [name for name in alone if name not in leaks]
    if not used:
        return None
    together = np.column_stack([features[name][known] for name in used])
    worth = prediction.share_explained(together, target)
    if worth < WORTH_MIN:
        return None
    used.sort(key=lambda name: -alone[name])
    kind = "classification" if column in subject.roles.dimensions else "regression"
    best = used[: min(3, len(used))]
    caveats = [say("model.leaks", leaks=leaks)] if leaks else []
    if worth >= LEAK_MIN:
        caveats.append(say("model.too_good"))
    return ModelSuggestion(
        kind="classification" if kind == "classification" else "regression",
        target=column.name,
        time=subject.roles.times[0].name if subject.roles.times else None,
        features=used,
        message=say(f"model.{kind}", target=column.name, worth=share(worth), best=best),
        worth=round(worth, 4),
        leaks=leaks,
        caveats=caveats,
    )


def _tells_in_another_shape(
    subject: Subject, name: str, rows: NDArray[np.int64], target: Floats
) -> bool:
    """Tell whether a measure knows the answer along a curve that no line follows."""
    if all(each.name != name for each in subject.roles.measures):
        return False
    values = subject.sample.numbers(name)[rows].astype(np.float32)
    return prediction.share_told(values, target, is_category=False) >= LEAK_MIN


def _tells_by_absence(subject: Subject, name: str, target: ColumnProfile) -> bool:
    """Tell whether a column is filled in only once the target is known."""
    absent = subject.sample.absent(name)
    if target not in subject.roles.dimensions or not absent.any():
        return False
    codes, values = subject.sample.codes(target.name)
    found = association(codes, absent.astype(np.int32), (len(values), 2))
    return found is not None and found.strength >= 0.9  # noqa: PLR2004 - nearly always


def _forecasts(subject: Subject) -> list[ModelSuggestion]:
    days = calendar_of(subject, "day", periods_max=20_000)
    if days is None or days.count < 8 * _WEEK:
        return []
    slots = days.slots
    found = []
    whole = np.bincount(slots[slots >= 0], minlength=days.count).astype(np.float64)
    several: list[tuple[str | None, Floats]] = [(None, whole)] if whole.max() > 1 else []
    for measure in subject.roles.measures[:3]:
        values = subject.numbers(measure)
        used = (slots >= 0) & ~np.isnan(values)
        totals = np.bincount(slots[used], values[used], days.count).astype(np.float64)
        several.append((measure.name, totals))
    for name, values in several:
        worth = prediction.forecast_skill(values, _WEEK)
        if worth >= WORTH_MIN:
            found.append(
                ModelSuggestion(
                    kind="forecast",
                    target=name,
                    time=days.column.name,
                    features=[days.column.name],
                    message=say(
                        "model.forecast" if name else "model.forecast_rows",
                        target=name or "",
                        worth=share(worth),
                    ),
                    worth=round(worth, 4),
                )
            )
    return sorted(found, key=lambda each: -each.worth)[:2]


def _clusters(subject: Subject) -> list[ModelSuggestion]:
    for entity in subject.roles.entities:
        often = entity.rows - entity.nulls >= _ROWS_PER_ENTITY_MIN * entity.distinct
        if often and entity.distinct >= 50 and len(subject.roles.measures) >= 2:  # noqa: PLR2004 - enough to group
            features = [each.name for each in subject.roles.measures]
            return [
                ModelSuggestion(
                    kind="clustering",
                    target=None,
                    features=features,
                    message=say("model.clustering", entity=entity.name, features=features[:3]),
                    worth=0.0,
                    caveats=[say("model.unmeasured")],
                )
            ]
    return []

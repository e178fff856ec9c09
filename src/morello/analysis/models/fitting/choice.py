"""The choice of columns: what a model may go by, and what is left out and why."""

import dataclasses

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from morello.analysis.insights.suggest import LEAK_MIN
from morello.analysis.insights.table.roles import is_identifier
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.prediction import share_explained, share_told
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.models.algorithms.feature import (
    Feature,
    Values,
    is_category,
    is_moment,
    is_number,
    parts_of,
    values_of,
)
from morello.analysis.models.card import Dropped
from morello.analysis.models.fitting.target import Target
from morello.analysis.models.wish import Wish
from morello.kernel.errors import InvalidInput
from morello.kernel.messages import Message

FEATURES_MAX = 300
"""Features of a model; of more, those that tell most by themselves."""
_GROUPS_MAX = 50
_DIFFERENT_MAX = 2_000
_ROWS_PER_VALUE_MIN = 3

Places = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """Features, their values in every row of the table, and what was left out."""

    features: tuple[Feature, ...]
    matrix: Values
    dropped: list[Dropped]
    leaks: list[str]


def chosen(subject: Subject, target: Target, wish: Wish, group: str | None, fit: Places) -> Choice:
    """Choose columns by what the rows that fit say. Raises InvalidInput when none is left."""
    dropped: list[Dropped] = []
    features: list[Feature] = []
    table = subject.sample.table
    learned = pa.array(fit)
    for column in subject.profile.columns:
        if column.name == target.name:
            continue
        reason = _unfit(column, table.column(column.name).type, wish, group)
        if reason:
            dropped.append(_because(column.name, reason))
            continue
        features += _features(column, table, learned)
    kept, told, leaks = _told(subject, features, target, wish, fit)
    dropped += [_because(each, "leak") for each in leaks]
    kept.sort(key=lambda each: -told[each])
    dropped += [
        _because(name, "screened", features_max=FEATURES_MAX)
        for name in dict.fromkeys(each.column for each in kept[FEATURES_MAX:])
    ]
    order = {column.name: place for place, column in enumerate(subject.profile.columns)}
    used = tuple(sorted(kept[:FEATURES_MAX], key=lambda each: order[each.column]))
    if not used and leaks:
        raise InvalidInput("model_leaks", target=target.name, leaks=leaks)
    if not used:
        raise InvalidInput("model_features", target=target.name)
    matrix = np.empty((table.num_rows, len(used)), dtype=np.float32)
    for place, feature in enumerate(used):
        matrix[:, place] = feature.of(table.column(feature.column))
    return Choice(used, matrix, dropped, leaks)


def _told(
    subject: Subject,
    features: list[Feature],
    target: Target,
    wish: Wish,
    fit: Places,
) -> tuple[list[Feature], dict[Feature, float], list[str]]:
    """Return the features that do not know the answer, what each tells by itself, and the leaks."""
    outputs = _outputs(target, fit)
    formulas = [each for each in subject.formulas if target.name in each]
    related = set().union(*formulas) - set(wish.keep)
    kept: list[Feature] = []
    leaks: list[str] = []
    told: dict[Feature, float] = {}
    for feature in features:
        values = feature.of(subject.sample.table.column(feature.column))[fit]
        told[feature] = _alone(values, outputs, feature)
        knows = told[feature] >= LEAK_MIN and feature.column not in wish.keep
        if not knows and feature.column not in related:
            kept.append(feature)
        elif feature.column not in leaks:
            leaks.append(feature.column)
    return kept, told, leaks


def _alone(values: Values, outputs: Floats, feature: Feature) -> float:
    binned = share_told(values, outputs, is_category=feature.levels > 0)
    if feature.levels or np.isnan(values).any():
        return binned
    return max(binned, share_explained(values[:, None].astype(np.float64), outputs))


def _outputs(target: Target, fit: Places) -> Floats:
    """Return rows by outputs: the number, or one column for each class."""
    values = target.values[fit]
    if target.kind == "regression":
        low, high = np.quantile(values, [0.005, 0.995])
        return np.clip(values, low, high)[:, None]
    return np.asarray(values[:, None] == np.arange(len(target.classes)), dtype=np.float64)


def _unfit(column: ColumnProfile, kind: pa.DataType, wish: Wish, group: str | None) -> str:
    """Return why a column cannot be used; empty when it can."""
    values = column.rows - column.nulls
    is_key = is_identifier(column) and column.distinct > _GROUPS_MAX
    texts = is_category(kind) and column.distinct > _DIFFERENT_MAX
    rare = is_category(kind) and column.distinct * _ROWS_PER_VALUE_MIN > max(values, _GROUPS_MAX)
    reasons = {
        "asked": column.name in wish.leave_out,
        "group": column.name == group,
        "empty": not values,
        "constant": column.distinct <= 1 and not column.nulls,
        "kind": not (is_number(kind) or is_category(kind) or is_moment(kind)),
        "identifier": is_key and column.name not in wish.keep,
        "text": texts or rare,
    }
    return next((name for name, holds in reasons.items() if holds), "")


def _features(column: ColumnProfile, table: pa.Table, learned: pa.Array) -> list[Feature]:
    """Return a column's features: of those that never vary where the model learns, none."""
    values = table.column(column.name).take(learned)
    if is_moment(values.type):
        made = [Feature(column=column.name, part=each) for each in parts_of(values.type)]
    elif is_category(values.type) or is_identifier(column):
        made = [Feature(column=column.name, part="category", values=values_of(values))]
    else:
        made = [Feature(column=column.name, part="number")]
    return [each for each in made if _varies(each.of(values))]


def _varies(values: Values) -> bool:
    absent = np.isnan(values)
    present = values[~absent]
    if not len(present):
        return False
    return bool(absent.any() or present.min() < present.max())


def _because(column: str, reason: str, **parameters: object) -> Dropped:
    return Dropped(
        column=column, reason=Message(id=f"model.dropped.{reason}", parameters=parameters)
    )

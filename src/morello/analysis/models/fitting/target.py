"""The target: what is predicted, as numbers; or a clear refusal."""

import dataclasses
import difflib
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.models.algorithms.feature import Feature, is_category, is_number
from morello.analysis.models.card import Kind
from morello.kernel.errors import InvalidInput, NotFound

CLASSES_MAX = 50
ROWS_PER_CLASS_MIN = 20
_FEW_NUMBERS = 2
_NEAR_MAX = 3

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """What is predicted in each row: a number, or the place of its class; NaN where unknown."""

    name: str
    kind: Kind
    values: Floats
    classes: tuple[str, ...] = ()
    rows_left_out: int = 0
    """Rows of classes that are too rare."""


def column_named(columns: list[ColumnProfile], name: str) -> ColumnProfile:
    """Return a column. Raises NotFound, naming those that are spelled alike."""
    for each in columns:
        if each.name == name:
            return each
    near = difflib.get_close_matches(name, [each.name for each in columns], n=_NEAR_MAX)
    if near:
        raise NotFound("model_column_alike", name=name, similar=near)
    raise NotFound("model_column", name=name)


def target_of(
    column: ColumnProfile,
    values: pa.ChunkedArray,
    wanted: Literal["auto", "regression", "classification"],
    *,
    is_class: bool,
) -> Target:
    """Read a target. Raises InvalidInput for what cannot be predicted: says why."""
    kind = values.type
    if not (is_number(kind) or is_category(kind)) or pa.types.is_time(kind):
        raise InvalidInput("model_target", target=column.name, type=str(kind))
    if wanted == "regression" and is_category(kind):
        raise InvalidInput("model_number", target=column.name)
    few = 0 < column.distinct <= _FEW_NUMBERS
    as_class = is_category(kind) or is_class or few or pa.types.is_boolean(kind)
    if wanted == "classification" or (wanted == "auto" and as_class):
        return _classes(column.name, values)
    numbers = Feature(column=column.name, part="number").of(values).astype(np.float64)
    known = numbers[~np.isnan(numbers)]
    _refuse_constant(column.name, len(known), len(np.unique(known)))
    return Target(column.name, "regression", numbers)


def _classes(name: str, values: pa.ChunkedArray) -> Target:
    texts = pc.cast(values, pa.string())
    counts = pc.value_counts(pc.drop_null(texts)).to_pylist()
    _refuse_constant(name, sum(each["counts"] for each in counts), len(counts))
    kept = sorted(each["values"] for each in counts if each["counts"] >= ROWS_PER_CLASS_MIN)
    left_out = sum(each["counts"] for each in counts if each["counts"] < ROWS_PER_CLASS_MIN)
    if len(counts) > CLASSES_MAX:
        raise InvalidInput(
            "model_classes", target=name, classes=len(counts), classes_max=CLASSES_MAX
        )
    if len(kept) < 2:  # noqa: PLR2004 - nothing to tell apart
        raise InvalidInput("model_rare", target=name, rows_min=ROWS_PER_CLASS_MIN)
    places = pc.index_in(texts, value_set=pa.array(kept, pa.string()))
    codes = np.array(pc.fill_null(pc.cast(places, pa.float64()), float("nan")), dtype=np.float64)
    return Target(name, "classification", codes, tuple(kept), left_out)


def _refuse_constant(name: str, known: int, distinct: int) -> None:
    if not known:
        raise InvalidInput("model_empty", target=name)
    if distinct == 1:
        raise InvalidInput("model_constant", target=name)

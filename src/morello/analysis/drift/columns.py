"""Columns that came, went, were renamed, or hold another type."""

import math

from morello.analysis.drift.pair import Suspicion
from morello.analysis.insights.words import say
from morello.analysis.methods.profile import ColumnProfile, Profile

_RENAMED_DISTINCT_MIN = 3
_NUMBERS = ("int", "uint", "float", "double", "halffloat", "decimal")
_NARROW = 0.1


def of_columns(before: Profile, after: Profile) -> list[Suspicion]:
    """Compare which columns there are, by name."""
    old = {each.name: each for each in before.columns}
    new = {each.name: each for each in after.columns}
    gone = [each for name, each in old.items() if name not in new]
    come = [each for name, each in new.items() if name not in old]
    renamed = _renamed(gone, come)
    taken = {each.name for pair in renamed for each in pair}
    found = [
        Suspicion(
            kind="renamed",
            columns=(first.name, second.name),
            message=say("drift.renamed", before=first.name, after=second.name),
            weight=1.0,
        )
        for first, second in renamed
    ]
    found += [
        Suspicion(
            kind="removed",
            columns=(each.name,),
            message=say("drift.removed", column=each.name, type=each.type),
            weight=_filled(each),
        )
        for each in gone
        if each.name not in taken
    ]
    found += [
        Suspicion(
            kind="added",
            columns=(each.name,),
            message=say("drift.added", column=each.name, type=each.type),
            weight=_filled(each),
        )
        for each in come
        if each.name not in taken
    ]
    return found + [
        _retyped(old[each.name], each)
        for each in after.columns
        if each.name in old and old[each.name].type != each.type and _has_values(old, each)
    ]


def of_rows(before: int, after: int) -> list[Suspicion]:
    """Tell how many rows there are more or fewer."""
    if before == after:
        return []
    way = "more" if after > before else "fewer"
    share = abs(after - before) / before if before else 1.0
    message = say(f"drift.rows.{way}", before=before, after=after, share=share)
    weight = abs(math.log((after + 1) / (before + 1))) / math.log(4)
    numbers = {"before": float(before), "after": float(after)}
    return [Suspicion(kind="rows", columns=(), message=message, weight=weight, numbers=numbers)]


def _filled(column: ColumnProfile) -> float:
    return 1 - column.nulls / column.rows if column.rows else 0.0


def _has_values(old: dict[str, ColumnProfile], column: ColumnProfile) -> bool:
    """Tell whether both have values: an empty column has no type of its own."""
    return _filled(old[column.name]) > 0 and _filled(column) > 0


def _renamed(
    gone: list[ColumnProfile], come: list[ColumnProfile]
) -> list[tuple[ColumnProfile, ColumnProfile]]:
    """Find columns that went under one name and came under another with the same content."""
    found = []
    for first in gone:
        alike = [each for each in come if _content(first) == _content(each)]
        rivals = [each for each in gone if _content(each) == _content(first)]
        if len(alike) == 1 and len(rivals) == 1 and first.distinct >= _RENAMED_DISTINCT_MIN:
            found.append((first, alike[0]))
    return found


def _content(column: ColumnProfile) -> tuple[object, ...]:
    tops = tuple((each.value, each.count) for each in column.top)
    extremes = (column.minimum, column.maximum, column.mean)
    return (column.type, column.rows, column.nulls, column.distinct, *extremes, tops)


def _retyped(before: ColumnProfile, after: ColumnProfile) -> Suspicion:
    is_narrow = all(each.type.startswith(_NUMBERS) for each in (before, after))
    return Suspicion(
        kind="retyped",
        columns=(after.name,),
        message=say("drift.retyped", column=after.name, before=before.type, after=after.type),
        weight=_NARROW if is_narrow else 1.0,
    )

"""The division of rows: by time where it orders them, by group where things recur, or by chance."""

import dataclasses
import datetime
import re

import numpy as np
from numpy.typing import NDArray

from morello.analysis.insights.table.roles import has_identifier_name, is_time
from morello.analysis.insights.table.subject import Subject
from morello.analysis.methods.learning import splitting
from morello.analysis.methods.learning.splitting import Parts
from morello.analysis.methods.profile import ColumnProfile
from morello.analysis.models.card import Split, SplitMethod, SplitPart
from morello.analysis.models.fitting.target import Target, column_named
from morello.analysis.models.wish import ROWS_MAX, ROWS_MIN, Wish
from morello.kernel.errors import InvalidInput

PART_ROWS_MIN = 8
ROWS_PER_CLASS_MIN = 5
"""Rows of a class among those that fit; a class with fewer is left out."""
STRETCHES = 20
"""Of the time in which a model is tested: rows of one are taken to be alike."""
_PRESENT_MIN = 0.9
_MOMENTS_MIN = 20
_ROWS_PER_GROUP_MIN = 2
_NAMES = ("fit", "choose", "calibrate", "test")
_BIRTH = re.compile(r"birth|born|dob|생년|생일|출생", re.IGNORECASE)

Places = NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class Division:
    """Parts of the rows that are used, as places in the sample; the groups they go by."""

    parts: Parts
    method: SplitMethod
    column: str | None
    days: NDArray[np.float64] | None
    groups: Places | None
    rows_left_out: dict[str, int]
    """Rows by why they are not used."""
    classes: tuple[int, ...] = ()
    """Places of the classes that are kept."""

    @property
    def drawn_together(self) -> Places | None:
        """Name what test rows are alike in: their group, or their stretch of time."""
        test = self.parts.test
        if self.groups is not None:
            return self.groups[test]
        if self.days is None:
            return None
        return np.arange(len(test)) * STRETCHES // len(test)

    def told(self) -> Split:
        """Say it on a card."""
        made = []
        for name, rows in zip(_NAMES, self.parts.each, strict=True):
            starts = ends = None
            if self.days is not None:
                starts, ends = (_moment(at(self.days[rows])) for at in (np.min, np.max))
            made.append(SplitPart(name=name, rows=len(rows), starts=starts, ends=ends))
        return Split(method=self.method, column=self.column, parts=made)


def divided(subject: Subject, target: Target, wish: Wish) -> Division:
    """Divide the rows whose target is known. Raises InvalidInput where they are too few."""
    generator = np.random.default_rng(wish.seed)
    rows = np.flatnonzero(~np.isnan(target.values))
    left_out = {"unknown": len(target.values) - len(rows) - target.rows_left_out}
    left_out["rare"] = target.rows_left_out
    if len(rows) > wish.rows_max:
        # A sample of the whole is a few rows larger or smaller by chance; that is told by itself.
        left_out["limit"] = len(rows) - wish.rows_max if wish.rows_max < ROWS_MAX else 0
        rows = np.sort(generator.choice(rows, wish.rows_max, replace=False))
    time, group = _time(subject, wish), _group(subject, wish)
    method: SplitMethod = "random"
    days, groups, column = None, None, None
    if time is not None:
        method, column = "time", time.name
        days = subject.sample.days(time.name)
        timed = rows[~np.isnan(days[rows])]
        left_out["untimed"] = len(rows) - len(timed)
        rows = timed
    elif group is not None:
        method, column = "group", group.name
        groups = subject.sample.codes(group.name)[0].astype(np.int64)
    if len(rows) < ROWS_MIN:
        raise InvalidInput("model_rows", target=target.name, rows=len(rows), rows_min=ROWS_MIN)
    if days is not None:
        places = splitting.by_time(days[rows])
    elif groups is not None:
        places = splitting.by_group(groups[rows], generator)
    else:
        places = splitting.by_chance(len(rows), generator)
    parts = Parts(*(rows[each] for each in places.each))
    return _checked(Division(parts, method, column, days, groups, left_out), target)


def _checked(division: Division, target: Target) -> Division:
    """Leave out classes that are hardly among the rows that fit. Raises InvalidInput."""
    if target.kind == "classification":
        counts = np.bincount(
            target.values[division.parts.fit].astype(np.int64), minlength=len(target.classes)
        )
        kept = np.flatnonzero(counts >= ROWS_PER_CLASS_MIN)
        if len(kept) < 2:  # noqa: PLR2004 - nothing to tell apart
            raise InvalidInput("model_rare", target=target.name, rows_min=ROWS_PER_CLASS_MIN)
        before = sum(len(each) for each in division.parts.each)
        parts = Parts(*(each[np.isin(target.values[each], kept)] for each in division.parts.each))
        rare = division.rows_left_out["rare"] + before - sum(len(each) for each in parts.each)
        division = dataclasses.replace(
            division,
            parts=parts,
            classes=tuple(kept.tolist()),
            rows_left_out={**division.rows_left_out, "rare": rare},
        )
    if division.parts.smallest < PART_ROWS_MIN:
        raise InvalidInput(
            "model_parts", column=division.column or target.name, rows_min=PART_ROWS_MIN
        )
    return division


def _time(subject: Subject, wish: Wish) -> ColumnProfile | None:
    if wish.time is not None:
        column = column_named(subject.profile.columns, wish.time)
        if column not in subject.roles.times:
            raise InvalidInput("model_time", column=wish.time)
        return column
    if wish.split not in ("auto", "time") or (wish.split == "auto" and wish.group is not None):
        return None
    for column in subject.roles.times:
        orders = is_time(column) and column.distinct >= _MOMENTS_MIN
        present = column.rows - column.nulls >= _PRESENT_MIN * column.rows
        if orders and present and not _BIRTH.search(column.name) and column.name != wish.target:
            return column
    if wish.split == "time":
        raise InvalidInput("model_no_time")
    return None


def _group(subject: Subject, wish: Wish) -> ColumnProfile | None:
    if wish.group is not None:
        return column_named(subject.profile.columns, wish.group)
    if wish.split not in ("auto", "group"):
        return None
    for column in subject.roles.entities:
        values = column.rows - column.nulls
        recurs = values >= _ROWS_PER_GROUP_MIN * column.distinct
        if recurs and has_identifier_name(column) and column.name != wish.target:
            return column
    if wish.split == "group":
        raise InvalidInput("model_no_group")
    return None


def _moment(days: float) -> datetime.datetime:
    """Return a moment, UTC, held within the years 1 to 9999."""
    held = min(max(days, -719_162.0), 2_932_896.0)
    return datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(
        seconds=round(held * 86_400)
    )

"""Comparing two summaries: every column, tested and corrected together, and put in order."""

import dataclasses

import numpy as np

from morello.analysis.drift.columns import of_columns, of_rows
from morello.analysis.drift.comparison import Change, Comparison, Side
from morello.analysis.drift.contents import NULLS_MIN, of_contents
from morello.analysis.drift.pair import Pair, Suspicion
from morello.analysis.insights.words import say
from morello.analysis.methods.profile import Profile
from morello.analysis.methods.quality.shift import KS_MIN, PSI_MIN
from morello.analysis.methods.significance.discovery import q_values
from morello.analysis.methods.summaries.table import TableSummary
from morello.kernel.messages import Message

FALSE_DISCOVERY_RATE = 0.05
CHANGES_MAX = 60
_VERSION_SHOWN = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """One side: what it is called, and its summary; None of a version without rows."""

    dataset: str
    version: str
    summary: TableSummary | None

    @property
    def label(self) -> str:
        """What charts call it."""
        return f"{self.dataset}@{self.version[:_VERSION_SHOWN]}"

    def profile(self) -> Profile:
        """Return what is in it."""
        return Profile(rows=0, columns=[]) if self.summary is None else self.summary.profile()


def compare(before: Known, after: Known) -> Comparison:
    """Say what is different. The same version is not looked at: its rows are the same."""
    profiles = before.profile(), after.profile()
    sides = [
        Side(
            dataset=each.dataset,
            version=each.version,
            rows=profile.rows,
            columns=len(profile.columns),
        )
        for each, profile in zip((before, after), profiles, strict=True)
    ]
    if before.version == after.version and before.dataset == after.dataset:
        return _comparison(sides, [], [say("drift.note.same")], 0)
    suspicions = of_rows(profiles[0].rows, profiles[1].rows)
    tests: list[float] = []
    if before.summary is not None and after.summary is not None:
        suspicions += of_columns(*profiles)
        for pair in _pairs(before, after, profiles):
            found, made = of_contents(pair)
            suspicions += found
            tests += made
    changes = _standing(suspicions, tests)
    return _comparison(sides, changes, _notes(profiles, len(tests), len(changes)), len(tests))


def _pairs(before: Known, after: Known, profiles: tuple[Profile, Profile]) -> list[Pair]:
    assert before.summary is not None, "asked for with rows only"
    assert after.summary is not None, "asked for with rows only"
    old = {name: at for at, name in enumerate(before.summary.names)}
    return [
        Pair(
            name,
            before.summary.columns[old[name]],
            after.summary.columns[at],
            (profiles[0].columns[old[name]], profiles[1].columns[at]),
            (before.label, after.label),
        )
        for at, name in enumerate(after.summary.names)
        if name in old
    ]


def _standing(suspicions: list[Suspicion], tests: list[float]) -> list[Change]:
    """Correct for every test that was made; put what stands in order."""
    ordered = np.sort(np.array(tests))
    q_of = q_values(ordered)
    changes = []
    for each in suspicions:
        q = None
        if each.p_value is not None:
            place = min(int(np.searchsorted(ordered, each.p_value)), len(ordered) - 1)
            q = float(q_of[place])
            if q > FALSE_DISCOVERY_RATE:
                continue
        changes.append(each.change(q))
    return sorted(changes, key=lambda each: (-each.score, each.id))


def _notes(profiles: tuple[Profile, Profile], tests: int, changes: int) -> list[Message]:
    columns = [each for profile in profiles for each in profile.columns]
    error = max((each.quantile_rank_error for each in columns), default=0.0)
    notes = []
    if tests:
        notes.append(
            say("drift.note.thresholds", psi=PSI_MIN, distance=KS_MIN, nulls=NULLS_MIN, tests=tests)
        )
    if error:
        notes.append(say("drift.note.sketched", error=error))
    if changes > CHANGES_MAX:
        notes.append(say("drift.note.changes", shown=CHANGES_MAX, found=changes))
    return notes


def _comparison(
    sides: list[Side], changes: list[Change], notes: list[Message], tests: int
) -> Comparison:
    count = len(changes)
    message = say("drift.nothing") if not count else say("drift.summary", count=count)
    return Comparison(
        before=sides[0],
        after=sides[1],
        changes=changes[:CHANGES_MAX],
        nothing_changed=not count,
        message=message,
        tests_made=tests,
        notes=notes,
    )

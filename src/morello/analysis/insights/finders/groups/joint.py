"""What only shows when two or more columns are looked at together: subgroups, reversals, drivers.

The rows of a sample are put into cells once for every two columns; all three look at those.
"""

import itertools

import numpy as np

from morello.analysis.insights.candidate import Search
from morello.analysis.insights.finders.groups.drivers import find_drivers
from morello.analysis.insights.finders.groups.feature import Feature, features_of
from morello.analysis.insights.finders.groups.reversals import Reversals
from morello.analysis.insights.finders.groups.subgroups import Subgroups
from morello.analysis.insights.finders.groups.target import Target, targets_of
from morello.analysis.insights.table.past import follows_its_past
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.groups.cells import cells_of, numbers_of

ROWS_MIN = 200
ROWS_MAX = 20_000
"""Rows looked at together, chosen at random; the query that shows a finding asks all."""
FEATURES_MAX = 24
FIXED_SHARE = 0.95
"""A column that explains more of another than this fixes it: nothing to discover."""


def find_joint(subject: Subject, search: Search) -> None:
    """Look for subgroups and reversals in every two columns, and for the drivers of each target."""
    total = subject.sample.rows
    if total < ROWS_MIN:
        return
    rows = np.arange(total)
    if total > ROWS_MAX:
        rows = np.sort(np.random.default_rng(1).choice(total, ROWS_MAX, replace=False))
    targets = [
        each
        for each in targets_of(subject, rows)
        if not follows_its_past(subject, each.values, rows)
    ]
    features = features_of(subject, rows)
    if not targets or len(features) < 2:  # noqa: PLR2004 - nothing to put together
        return
    if len(features) > FEATURES_MAX:
        looked = {"looked": FEATURES_MAX, "there": len(features)}
        search.notes.append(say("groups.note.columns", **looked))
        features = features[:FEATURES_MAX]
    numbers = numbers_of([each.values for each in targets])
    taken = [{each.name for each in features if _gives_away(subject, target, each)}
             for target in targets]  # fmt: skip
    subgroups, reversals = Subgroups(targets, taken), Reversals(targets, taken)
    for first, second in itertools.combinations(features, 2):
        cells = cells_of(first.codes, second.codes, (first.size, second.size), numbers)
        if subgroups.look(first, second, cells, numbers.spreads):
            reversals.look(first, second, cells, numbers.spreads)
    subgroups.report(subject, search, rows)
    reversals.report(subject, search)
    find_drivers(subject, search, (targets, features, taken), rows)


def _gives_away(subject: Subject, target: Target, feature: Feature) -> bool:
    """Tell whether a column is the target, a part of its formula, or fixes it."""
    if feature.name == target.name:
        return True
    both = {feature.name, target.name}
    if any(both <= formula for formula in subject.formulas):
        return True
    known = ~np.isnan(target.values) & (feature.codes >= 0)
    values, codes = target.values[known], feature.codes[known]
    if len(values) < 2 or values.var() <= 0:  # noqa: PLR2004 - no spread
        return True
    counts = np.maximum(np.bincount(codes, minlength=feature.size), 1)
    means = np.bincount(codes, values, feature.size) / counts
    return bool(means[codes].var() > FIXED_SHARE * values.var())

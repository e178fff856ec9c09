"""Categories that go together."""

import functools
import itertools

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.pictures import shares_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, say, share
from morello.analysis.methods.association import Association, association
from morello.analysis.methods.profile import ColumnProfile

STRENGTH_MIN = 0.06
"""Least Cramér's V worth telling."""
DIFFERENCE_MIN = 0.08
"""Least difference between shares worth telling."""
FOLLOWS_MIN = 0.995
FIXED_MIN = 0.9


def find_associations(subject: Subject, search: Search) -> None:
    """Associate every two dimensions; one that fixes the other is a dependency, not news."""
    for first, second in itertools.combinations(subject.roles.dimensions, 2):
        codes, values = subject.sample.codes(first.name)
        others, other_values = subject.sample.codes(second.name)
        sizes = (len(values), len(other_values))
        forth = association(codes, others, sizes)
        back = association(others, codes, sizes[::-1])
        if forth is None or back is None:
            continue
        if max(forth.follows, back.follows) >= FOLLOWS_MIN and forth.strength > FIXED_MIN:
            continue  # one follows from the other, which is told of as such
        search.tests.append(forth.p_value)
        if forth.strength < STRENGTH_MIN:
            continue
        # Told as shares of the column with fewer values: an outcome, if there is one.
        if sizes[1] <= sizes[0]:
            candidate = _candidate(subject, first, second, forth)
        else:
            candidate = _candidate(subject, second, first, back)
        search.candidates.append(candidate)


def _shares(subject: Subject, inside: str, outside: str, outcome: str, base: str) -> str:
    return query.select(
        {
            "share": f"count(*) FILTER (WHERE {inside} AND {outcome}) / nullif(count(*) FILTER"
            f" (WHERE {inside} AND {base}), 0)",
            "elsewhere": f"count(*) FILTER (WHERE {outside} AND {outcome}) / nullif(count(*)"
            f" FILTER (WHERE {outside} AND {base}), 0)",
            "rows": f"count(*) FILTER (WHERE {inside} AND {base})",
            "rows_elsewhere": f"count(*) FILTER (WHERE {outside} AND {base})",
        },
        subject.source,
    )


def _candidate(
    subject: Subject, group: ColumnProfile, outcome: ColumnProfile, found: Association
) -> Candidate:
    codes, values = subject.sample.codes(group.name)
    _, outcomes = subject.sample.codes(outcome.name)
    value, result = values[found.row], outcomes[found.column]
    base = f"{query.name(group.name)} IS NOT NULL AND {query.name(outcome.name)} IS NOT NULL"
    inside = query.is_value(group.name, value)
    has = query.is_value(outcome.name, result)
    return Candidate(
        id=f"association:{group.name}={plain(value)}:{outcome.name}={plain(result)}",
        kind="association",
        group="patterns",
        columns=[group.name, outcome.name],
        p_value=found.p_value,
        effect=min(1.0, 2 * found.strength),
        coverage=float((codes == found.row).mean()),
        surprise=0.7,
        sql=_shares(subject, inside, query.is_not_value(group.name, value), has, base),
        rows_sql=query.rows(subject.dataset, f"{inside} AND {has}"),
        tell=functools.partial(_tell, (group.name, plain(value)), (outcome.name, plain(result))),
        draw=functools.partial(shares_chart, subject, group, outcome, (found.row, found.column)),
    )


def _tell(
    group: tuple[str, object], outcome: tuple[str, object], numbers: Numbers
) -> Telling | None:
    here, elsewhere = numbers["share"], numbers["elsewhere"]
    if abs(here - elsewhere) < DIFFERENCE_MIN:
        return None
    return Telling(
        say(
            f"association.{'more' if here > elsewhere else 'less'}",
            group=group[0],
            value=group[1],
            column=outcome[0],
            outcome=outcome[1],
            share=share(here),
            elsewhere=share(elsewhere),
        ),
        [say("segment.rows", rows=int(numbers["rows"]), value=group[1])],
    )

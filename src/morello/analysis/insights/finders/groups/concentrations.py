"""A few of many that make most of a total."""

import functools

import numpy as np

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.pictures import fifths_chart
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.concentration import Concentration, concentration
from morello.analysis.methods.profile import ColumnProfile

SHARE_MIN = 0.5
"""Least share of a total that the top fifth must have."""
EXCESS_MIN = 0.15
"""Least excess over what chance alone would give it."""
_ENTITIES_MAX = 100_000


def find_concentrations(subject: Subject, search: Search) -> None:
    """Ask of customers, items and the like whether the top fifth has most of rows or totals."""
    for entity in subject.roles.entities:
        codes, values = subject.sample.codes(entity.name)
        if len(values) > _ENTITIES_MAX:
            continue
        best: tuple[Concentration, ColumnProfile | None] | None = None
        for measure in (None, *[each for each in subject.roles.measures if not each.negatives]):
            weights = None if measure is None else subject.numbers(measure)
            found = concentration(codes, len(values), weights)
            if found is None:
                continue
            search.tests.append(found.p_value)
            if found.share < SHARE_MIN or found.share - found.chance < EXCESS_MIN:
                continue
            # A total follows the rows: it is told instead only when it says clearly more.
            if best is None or found.share > best[0].share + EXCESS_MIN:
                best = found, measure
        if best:
            search.candidates.append(_candidate(subject, entity, *best))


def _candidate(
    subject: Subject, entity: ColumnProfile, found: Concentration, measure: ColumnProfile | None
) -> Candidate:
    weight = "count(*)" if measure is None else f"coalesce(sum({subject.number(measure)}), 0)"
    column = query.name(entity.name)
    inner = (
        f"(SELECT total, row_number() OVER (ORDER BY total DESC) AS place, count(*) OVER () AS n,"  # noqa: S608 - every part is quoted
        f" sum(total) OVER (ORDER BY total DESC ROWS UNBOUNDED PRECEDING) AS reached,"
        f" sum(total) OVER () AS whole"
        f" FROM (SELECT {weight} AS total FROM {subject.source} WHERE {column} IS NOT NULL"
        f" GROUP BY {column}))"
    )
    what = "rows" if measure is None else measure.name
    return Candidate(
        id=f"concentration:{entity.name}:{what}",
        kind="concentration",
        group="business",
        columns=[entity.name] if measure is None else [entity.name, measure.name],
        p_value=found.p_value,
        effect=min(1.0, (found.share - found.chance) / 0.5),
        coverage=float(np.mean(subject.sample.codes(entity.name)[0] >= 0)),
        surprise=0.5,
        sql=query.select(
            {
                "share": "sum(total) FILTER (WHERE place <= greatest(1, round(n * 0.2)))"
                " / sum(total)",
                "top": "count(*) FILTER (WHERE place <= greatest(1, round(n * 0.2)))",
                "entities": "count(*)",
                "half": "count(*) FILTER (WHERE reached - total < whole / 2)",
                "gini": "2 * sum((n + 1 - place) * total) / (count(*) * sum(total))"
                " - (count(*) + 1) / count(*)",
            },
            inner,
        ),
        tell=functools.partial(_tell, entity.name, measure.name if measure else None, found.chance),
        draw=functools.partial(fifths_chart, subject, entity, measure),
    )


def _tell(entity: str, measure: str | None, chance: float, numbers: Numbers) -> Telling | None:
    if numbers["share"] < SHARE_MIN:
        return None
    message = say(
        "concentration.rows" if measure is None else "concentration.total",
        entity=entity,
        measure=measure or "",
        share=share(numbers["share"]),
        top=int(numbers["top"]),
        entities=int(numbers["entities"]),
    )
    details = [
        say(
            "concentration.half",
            entity=entity,
            half=int(numbers["half"]),
            entities=int(numbers["entities"]),
        ),
        say("concentration.chance", chance=share(chance)),
        say("concentration.gini", gini=numbers["gini"]),
    ]
    return Telling(message, details)

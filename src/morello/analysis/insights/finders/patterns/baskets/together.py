"""Items that come together more often than chance would bring them."""

import functools

import numpy as np

from morello.analysis.charts.chart import SHARE, Axis, Chart, Series
from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.finders.patterns.baskets.baskets import Baskets, baskets_of
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import plain, say, share
from morello.analysis.methods.patterns.basket import (
    LIFT_MIN,
    Together,
    expected_pairs,
    together,
    without_chains,
)

P_MAX = 1e-4
_PARTNERS_MAX = 10


def find_together(subject: Subject, search: Search) -> None:
    """Test every pair of items; what follows from stronger pairs is left out."""
    for baskets in baskets_of(subject):
        size = len(baskets.items)
        expected, variances = (each[:size, :size] for each in expected_pairs(baskets.holders))
        held = baskets.holders[:size].sum(axis=1)
        pairs = together(baskets.pairs, expected, variances, held)
        # The p of each pair is corrected for all pairs, so that the surest stands for them.
        search.tests.append(pairs[0].p_value if pairs else 1.0)
        sure = [each for each in pairs if each.p_value <= P_MAX and each.lift >= LIFT_MIN]
        for pair in without_chains(sure):
            search.tests.append(pair.p_value)
            search.candidates.append(_candidate(subject, baskets, pair))


def _candidate(subject: Subject, baskets: Baskets, pair: Together) -> Candidate:
    key, item = query.name(baskets.key.name), query.name(baskets.item.name)
    first, second = baskets.items[pair.first], baskets.items[pair.second]
    has_first, has_second = (f"{item} = {query.value(each)}" for each in (first, second))
    grouped = f"FROM {subject.source} WHERE {key} IS NOT NULL AND {item} IS NOT NULL GROUP BY {key}"
    inner = f"(SELECT bool_or({has_first}) AS a, bool_or({has_second}) AS b {grouped})"
    both = f"SELECT {key} {grouped} HAVING bool_or({has_first}) AND bool_or({has_second})"
    held = float(baskets.holders[pair.first].sum())
    return Candidate(
        id=f"together:{baskets.key.name}:{plain(first)}+{plain(second)}",
        kind="together",
        group="business",
        columns=[baskets.key.name, baskets.item.name],
        p_value=pair.p_value,
        effect=min(1.0, 2 * (pair.count - pair.expected) / max(held, 1.0)),
        coverage=pair.count / max(baskets.key.distinct, 1),
        surprise=0.8,
        sql=query.select(
            {
                "both": "count(*) FILTER (WHERE a AND b)",
                "first": "count(*) FILTER (WHERE a)",
                "second": "count(*) FILTER (WHERE b)",
                "baskets": "count(*)",
            },
            inner,
        ),
        rows_sql=query.rows(
            subject.dataset, f"{key} IN ({both}) AND ({has_first} OR {has_second})"
        ),
        tell=functools.partial(_tell, baskets.key.name, (first, second), pair),
        draw=functools.partial(_chart, baskets, pair),
    )


def _tell(
    key: str, items: tuple[object, object], pair: Together, numbers: Numbers
) -> Telling | None:
    if not numbers["both"] or not numbers["first"]:
        return None
    first, second = (plain(each) for each in items)
    return Telling(
        say(
            "together",
            first=first,
            second=second,
            key=key,
            both=int(numbers["both"]),
            share=share(numbers["both"] / numbers["first"]),
            times=pair.lift,
        ),
        [
            say("together.chance", expected=round(pair.expected), key=key),
            say(
                "together.baskets",
                key=key,
                baskets=int(numbers["baskets"]),
                first=first,
                with_first=int(numbers["first"]),
                second=second,
                with_second=int(numbers["second"]),
            ),
        ],
        [say("together.why")],
    )


def _chart(baskets: Baskets, pair: Together) -> Chart:
    """Draw what else baskets with the first item hold, the second in front."""
    shares = baskets.pairs[pair.first] / max(float(baskets.holders[pair.first].sum()), 1.0)
    order = [int(each) for each in np.argsort(-shares, kind="stable")[:_PARTNERS_MAX]]
    if pair.second not in order:
        order[-1] = pair.second
    first = str(plain(baskets.items[pair.first]))
    parts = (
        ("plain", [each for each in order if each != pair.second and shares[each] > 0]),
        ("highlight", [pair.second]),
    )
    return Chart(
        kind="bar",
        title=say("together.chart", first=first),
        x=Axis(title=baskets.item.name, scale="category"),
        y=Axis(title=say("together.axis", first=first), unit=SHARE),
        series=[
            Series(
                x=[str(plain(baskets.items[each])) for each in places],
                y=[float(shares[each]) for each in places],
                role=role,
            )
            for role, places in parts
            if places
        ],
    )

"""Explaining a change: both sides as a whole, then over each dimension, ranked."""

import dataclasses
from decimal import Decimal
from fractions import Fraction
from typing import Any

from morello.analysis.insights.changes.amount import Addend, Amount
from morello.analysis.insights.changes.dimensions import dimensions_of, source_of
from morello.analysis.insights.changes.explanation import (
    DimensionPart,
    Explanation,
    Side,
)
from morello.analysis.insights.changes.question import (
    Ask,
    Compared,
    Question,
    amount_of,
    as_text,
    compared_of,
)
from morello.analysis.insights.changes.split import (
    Case,
    Split,
    added,
    groups_of,
    split_of,
    unevenness_of,
)
from morello.analysis.insights.changes.telling import (
    contributions_chart,
    notes_of,
    tell_change,
    tell_dimension,
)
from morello.analysis.insights.table import query
from morello.analysis.methods.groups.decomposition import (
    largest_of,
    told,
)
from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Reader
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import InvalidInput

Row = dict[str, Any]


def explain(
    reader: Reader, pinned: PinnedVersion, question: Question, cancellation: Cancellation
) -> Explanation:
    """Explain a change over the whole table. Blocks; runs where computing may block.

    Raises BadQuery, InvalidInput, Cancelled, and what the reader raises.
    """

    def ask(sql: str) -> Any:
        cancellation.check()
        return reader.sql(sql, {pinned.dataset: pinned})

    hidden = pinned.rules.hidden_columns
    columns = [each for each in pinned.columns if each.name not in hidden]
    amount = amount_of(question, columns)
    compared = compared_of(question, columns, ask, query.name(pinned.dataset))
    rows = source_of(pinned.dataset, compared)
    amount = _scaled(amount, ask, rows)
    sql = query.select(amount.columns(compared.when), query.name(pinned.dataset), compared.either)
    whole: Row = ask(sql).to_pylist()[0]
    case = _case(pinned.dataset, amount, compared, whole)
    taken = {compared.column, *(each.column.name for each in amount.addends)}
    looked, notes = dimensions_of(question.dimensions, columns, taken, (ask, rows))
    splits = [split_of(case, ask, each) for each in looked]
    effects = [[], *(each.effects for each in splits)]
    largest = max(largest_of(case.before, case.after, each) for each in effects)
    parts = [_dimension(case, each, largest) for each in splits]
    parts.sort(key=lambda each: (-each.unevenness, each.dimension))
    both = told(case.before, case.after, [], largest)
    before, after = _sides(compared, whole, (both.before, both.after))
    change = float(both.change)
    return Explanation(
        dataset=pinned.dataset,
        version=pinned.version,
        aggregate=amount.aggregate,
        measure=question.measure,
        divisor=question.divisor,
        compared=compared.column,
        before=before,
        after=after,
        change=change,
        relative=change / abs(before.value) if before.value else None,
        message=tell_change(question, before, after, parts),
        dimensions=parts,
        notes=[*notes_of(amount, before, after, parts), *notes],
        sql=sql,
        rows_sql=query.rows(pinned.dataset, compared.either),
    )


def _scaled(amount: Amount, ask: Ask, rows: str) -> Amount:
    """Find the largest of each column, so that its values can be added as whole numbers."""
    floats = {each.column.name: each for each in amount.addends if each.is_float}
    if not floats or amount.aggregate == "count":
        return amount
    names = [f"largest_{place}" for place in range(len(floats))]
    largest = [f"max(abs({each.number}))" for each in floats.values()]
    row: Row = ask(query.select(dict(zip(names, largest, strict=True)), rows)).to_pylist()[0]
    found = {
        each: addend.scaled_by(row[name])
        for name, (each, addend) in zip(names, floats.items(), strict=True)
    }

    def scaled(addend: Addend | None) -> Addend | None:
        return None if addend is None else found.get(addend.column.name, addend)

    return dataclasses.replace(
        amount, measure=scaled(amount.measure), divisor=scaled(amount.divisor)
    )


def _case(dataset: str, amount: Amount, compared: Compared, whole: Row) -> Case:
    values = [amount.value(whole, side) for side in ("before", "after")]
    weights = [amount.weight(whole, side) for side in ("before", "after")]
    for name, side in ((compared.before, "before"), (compared.after, "after")):
        if not whole[f"rows_{side}"]:
            raise InvalidInput("change_no_rows", side=name, column=compared.column)
    if not amount.is_total:
        for name, weight in zip((compared.before, compared.after), weights, strict=True):
            if not weight:
                raise InvalidInput("change_no_values", side=name)
        before, after = (value / weight for value, weight in zip(values, weights, strict=True))
        return Case(dataset, amount, compared, before, after, float(before))
    before, after = values
    growth = float(after / before) if before else 0.0
    return Case(dataset, amount, compared, before, after, growth)


def _side(compared: Compared, place: int, whole: Row, value: float) -> Side:
    period = compared.periods[place] if compared.periods else None
    return Side(
        name=(compared.before, compared.after)[place],
        start=period.start if period else None,
        end=period.end if period else None,
        rows=whole[("rows_before", "rows_after")[place]],
        value=value,
    )


def _sides(compared: Compared, whole: Row, values: tuple[Decimal, Decimal]) -> tuple[Side, Side]:
    before, after = (
        _side(compared, place, whole, float(each)) for place, each in enumerate(values)
    )
    return before, after


def _dimension(case: Case, split: Split, largest: Fraction) -> DimensionPart:
    dimension, sql, rows, sides = split.dimension, split.sql, split.rows, split.sides
    numbers = told(case.before, case.after, split.effects, largest)
    groups = groups_of(case, rows, sides, numbers)
    named = [each for each in groups if each.status != "rest"]
    at = f"{as_text(dimension)} IS NOT DISTINCT FROM {query.value(named[0].value)}"
    whole = added(numbers.parts)
    message, details = tell_dimension(
        (dimension, case.amount.aggregate), float(numbers.change), whole, named
    )
    return DimensionPart(
        dimension=dimension,
        message=message,
        details=details,
        unevenness=unevenness_of(case, rows, sides, numbers),
        whole=whole,
        groups=groups,
        remainder=float(numbers.change - sum(sum(each) for each in numbers.parts)),
        chart=contributions_chart(dimension, groups, sql),
        sql=sql,
        rows_sql=query.rows(case.dataset, f"{case.compared.either} AND {at}"),
    )

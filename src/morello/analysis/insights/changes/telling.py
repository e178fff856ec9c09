"""An explained change in words, and as a picture."""

from collections.abc import Sequence

from morello.analysis.charts.chart import Axis, Chart, Role, Series
from morello.analysis.insights.changes.amount import Aggregate, Amount
from morello.analysis.insights.changes.explanation import DimensionPart, GroupPart, Parts, Side
from morello.analysis.insights.changes.question import Question
from morello.analysis.insights.words import rounded, share
from morello.kernel.messages import Message

_DIGITS = 5
_ROWS_FEW = 30
_SHARE_TOLD = (0.1, 1.0)
"""Outside of it a share of the change says less than the amount."""
_NAMES_MAX = 5
_MISSING, _REST = "\N{EM DASH}", "\N{HORIZONTAL ELLIPSIS}"


def tell_change(
    question: Question, before: Side, after: Side, parts: Sequence[DimensionPart]
) -> Message:
    """Say by how much it changed, and what the first dimension says of it."""
    change = after.value - before.value
    parameters: dict[str, object] = {
        "what": what_of(question.aggregate, question.measure, question.divisor),
        "before": before.name,
        "after": after.name,
        "given": rounded(after.value, _DIGITS),
        "other": rounded(before.value, _DIGITS),
    }
    way = "same" if change == 0 else "higher" if change > 0 else "lower"
    if change and before.value > 0 and after.value >= 0:
        parameters["change"] = share(abs(change) / before.value)
    elif change:
        way = f"{way}.plain"
    told = Message(id=f"insight.explained.{way}", parameters=parameters)
    if not change or not parts or not parts[0].unevenness:
        return told
    both = {"told": told, "reason": parts[0].message}
    return Message(id="insight.explained.with_reason", parameters=both)


def what_of(aggregate: str, measure: str | None, divisor: str | None) -> Message:
    """Name what is measured."""
    kind = "rows" if measure is None else aggregate
    parameters = {"measure": measure or "", "divisor": divisor or ""}
    return Message(id=f"insight.explained.what.{kind}", parameters=parameters)


def tell_dimension(
    case: tuple[str, Aggregate], change: float, whole: Parts, named: Sequence[GroupPart]
) -> tuple[Message, list[Message]]:
    """Say which value contributes most, then the parts, and which values came and went.

    `case` is the dimension and what is taken of the measure.
    """
    dimension, aggregate = case
    most = named[0]
    part = most.contribution / change if change else 0.0
    parameters: dict[str, object] = {
        "dimension": dimension,
        "value": name_of(most),
        "amount": rounded(most.contribution, _DIGITS),
        "change": rounded(change, _DIGITS),
    }
    if _SHARE_TOLD[0] <= part <= _SHARE_TOLD[1]:
        parameters["share"] = share(part)
        message = Message(id="insight.explained.share", parameters=parameters)
    else:
        message = Message(id="insight.explained.most", parameters=parameters)
    details = [tell_parts(dimension, aggregate, whole)]
    for status in ("new", "vanished"):
        names = [name_of(each) for each in named if each.status == status]
        if names:
            details.append(
                Message(
                    id=f"insight.explained.{status}",
                    parameters={"dimension": dimension, "values": names[:_NAMES_MAX]},
                )
            )
    return message, details


def tell_parts(dimension: str, aggregate: Aggregate, whole: Parts) -> Message:
    """Say what comes of size, mix and rate."""
    parameters: dict[str, object] = {
        name: rounded(value, _DIGITS) for name, value in whole.model_dump().items()
    }
    kind = {"sum": "total", "count": "count"}.get(aggregate, "average")
    return Message(
        id=f"insight.explained.parts.{kind}", parameters={"dimension": dimension, **parameters}
    )


def name_of(group: GroupPart) -> Message | str:
    """Name a group; a missing value in words."""
    return Message(id="insight.explained.missing") if group.value is None else group.value


def notes_of(
    amount: Amount, before: Side, after: Side, parts: Sequence[DimensionPart]
) -> list[Message]:
    """Say what to bear in mind."""
    notes = []
    if before.start and before.end and after.start and after.end:
        days = (before.end - before.start).days, (after.end - after.start).days
        if amount.is_total and days[0] != days[1]:
            lengths = {"before": before.name, "after": after.name, "days": days[0],
                       "days_after": days[1]}  # fmt: skip
            notes.append(Message(id="insight.explained.note.days", parameters=lengths))
    fewest = min(before, after, key=lambda each: each.rows)
    if fewest.rows < _ROWS_FEW:
        few = {"side": fewest.name, "rows": fewest.rows}
        notes.append(Message(id="insight.explained.note.few", parameters=few))
    if not parts:
        notes.append(Message(id="insight.explained.note.no_dimension"))
    elif not any(each.unevenness for each in parts):
        notes.append(Message(id="insight.explained.note.even"))
    return notes


def contributions_chart(dimension: str, groups: Sequence[GroupPart], sql: str) -> Chart:
    """Draw what each group contributes, the largest first and in front, the rest last."""
    names = [
        _REST if each.status == "rest" else _MISSING if each.value is None else each.value
        for each in groups
    ]
    parts: list[Series] = []
    roles: tuple[Role, Role] = ("highlight", "plain")
    for first, role in zip((True, False), roles, strict=True):
        chosen = [each for each in range(len(groups)) if (each == 0) == first]
        if chosen:
            parts.append(
                Series(
                    x=[names[each] for each in chosen],
                    y=[groups[each].contribution for each in chosen],
                    role=role,
                )
            )
    has_rest = groups[-1].status == "rest"
    return Chart(
        kind="bar",
        title=Message(
            id="insight.explained.chart.contributions", parameters={"dimension": dimension}
        ),
        x=Axis(title=dimension, scale="category"),
        y=Axis(title=Message(id="insight.explained.chart.contribution")),
        series=parts,
        note=Message(id="insight.explained.chart.rest") if has_rest else None,
        sql=sql,
    )

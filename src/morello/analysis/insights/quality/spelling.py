"""One thing written in several ways, and numbers that are kept as text."""

from morello.analysis.insights.candidate import Candidate, Numbers, Search, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.roles import has_identifier_name
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.analysis.methods.profile import ColumnProfile
from morello.kernel.messages import Message

COLUMNS_MAX = 30
VALUES_MAX = 5_000
NUMERIC_SHARE_MIN = 0.9
_SHOWN_MAX = 3


def find_spelling(subject: Subject, search: Search) -> None:
    """Find values that differ only by case or space, and text that is really numbers."""
    texts = [
        each
        for each in subject.profile.columns
        if each.kind in ("category", "text") and "string" in each.type and each.distinct
    ][:COLUMNS_MAX]
    if not texts:
        return
    for column in texts:
        if column.distinct <= VALUES_MAX and (variants := _variants(subject, column)):
            search.candidates.append(_spelling(subject, column, variants))
        if not has_identifier_name(column) and _is_numeric(subject, column):
            search.candidates.append(_numeric(subject, column))


def _variants(subject: Subject, column: ColumnProfile) -> list[list[str]]:
    """Group the values in memory that fold to the same."""
    folded: dict[str, list[str]] = {}
    for value in subject.sample.codes(column.name)[1]:
        folded.setdefault(" ".join(str(value).split()).casefold(), []).append(str(value))
    return [each for each in folded.values() if len(each) > 1]


def _is_numeric(subject: Subject, column: ColumnProfile) -> bool:
    values = [str(each).strip() for each in subject.sample.codes(column.name)[1][:1000]]
    numbers = [_looks_like_number(each) for each in values]
    return sum(numbers) >= NUMERIC_SHARE_MIN * len(numbers) and column.distinct > 2  # noqa: PLR2004 - not yes and no


def _looks_like_number(text: str) -> bool:
    plain = text.replace(",", "").removeprefix("-").removesuffix("%").strip()
    whole, _, part = plain.lstrip("$€£₩ ").partition(".")
    # A leading zero is a code's, not a number's.
    if len(whole) > 1 and whole.startswith("0"):
        return False
    return whole.isdecimal() and (part.isdecimal() or not part)


def _spelling(subject: Subject, column: ColumnProfile, variants: list[list[str]]) -> Candidate:
    name = query.name(column.name)
    rare = [value for group in variants for value in group[1:]]  # the most frequent comes first
    listed = ", ".join(query.value(each) for each in rare[:200])
    counted = f"count(*) FILTER (WHERE {name} IN ({listed}))"
    shown = [
        say("spelling.pair", usual=group[0], other=f"“{group[1]}”")
        for group in variants[:_SHOWN_MAX]
    ]
    return Candidate(
        id=f"spelling:{column.name}",
        kind="spelling",
        group="quality",
        columns=[column.name],
        effect=0.8,
        coverage=1.0,
        surprise=0.8,
        sql=query.select({"rows": counted, "values": f"count({name})"}, subject.source),
        rows_sql=query.rows(subject.dataset, f"{name} IN ({listed})"),
        tell=lambda numbers: _tell_spelling(column.name, shown, len(variants), numbers),
    )


def _tell_spelling(
    column: str, shown: list[Message], groups: int, numbers: Numbers
) -> Telling | None:
    sentence = say("spelling", column=column, groups=groups, pairs=shown, rows=int(numbers["rows"]))
    return Telling(sentence, coverage=numbers["rows"] / max(numbers["values"], 1))


def _numeric(subject: Subject, column: ColumnProfile) -> Candidate:
    text = f"replace(trim({query.name(column.name)}), ',', '')"
    return Candidate(
        id=f"numbers_in_text:{column.name}",
        kind="numbers_in_text",
        group="quality",
        columns=[column.name],
        effect=0.7,
        coverage=1.0,
        surprise=0.6,
        sql=query.select(
            {
                "numbers": f"count(try_cast({text} AS DOUBLE))",
                "values": f"count({query.name(column.name)})",
            },
            subject.source,
        ),
        rows_sql=query.rows(
            subject.dataset,
            f"{query.name(column.name)} IS NOT NULL AND try_cast({text} AS DOUBLE) IS NULL",
        ),
        tell=lambda numbers: Telling(
            say(
                "numbers_in_text",
                column=column.name,
                share=share(numbers["numbers"] / max(numbers["values"], 1)),
            )
        ),
    )

"""Decides what each column is, from what survives every value of a file."""

import dataclasses
import re
from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from morello.data.ingest.columns.dates import DATES
from morello.data.ingest.columns.kind import Kind
from morello.data.ingest.columns.numbers import NUMBERS
from morello.data.ingest.columns.text import as_text, first_value
from morello.kernel.messages import Message

TEXT = Kind("text", pa.string(), as_text, lambda text: text)
_KINDS = {kind.name: kind for kind in (*NUMBERS, *DATES)}
_NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
_SAMPLE_ROWS = 1000
_MIXED_SHARE_MIN = 0.5
EVERY_KIND = frozenset(_KINDS)
NUMBER_KINDS = frozenset({"integer", "big integer", "float"})
DATE_KINDS = frozenset({"date", "timestamp", "zoned timestamp"})


@dataclasses.dataclass(frozen=True, slots=True)
class Raw:
    """A column of a part of a file: its text, and what it may be apart from text."""

    text: pa.Array
    allowed: frozenset[str] = EVERY_KIND

    def survivors(self, among: frozenset[str] = EVERY_KIND) -> frozenset[str]:
        """Return the kinds that every value fits; all of them when there is no value."""
        first = first_value(self.text)
        if first is None:
            return among
        possible = among & self.allowed
        return frozenset(name for name in possible if _KINDS[name].fits(self.text, first))

    def first_survivor(self, wanted: pa.DataType | None) -> frozenset[str]:
        """Return the first kind (of a type, if one is wanted) that fits, with its rival."""
        first = first_value(self.text)
        if first is None:
            return EVERY_KIND
        for name, kind in _KINDS.items():
            if name not in self.allowed or wanted not in (None, kind.type):
                continue
            if kind.fits(self.text, first):
                return self.survivors(frozenset({name, kind.rival}) & EVERY_KIND)
        return frozenset()

    def is_mixed(self) -> bool:
        """Tell whether, though not all values are numbers, half of the first ones are."""
        if self.allowed not in (EVERY_KIND, frozenset()):
            return False
        numbers = pc.match_substring_regex(self.text.slice(0, _SAMPLE_ROWS), _NUMBER)
        share = pc.mean(numbers.cast(pa.int8())).as_py()
        return share is not None and share >= _MIXED_SHARE_MIN

    def values(self, kind: Kind) -> pa.Array | None:
        """Return the values as a kind; None when one does not fit."""
        if kind is TEXT:
            return self.text
        if kind.name not in self.allowed and first_value(self.text) is not None:
            return None
        return kind.values(self.text)


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What a column is taken for."""

    kind: Kind
    is_open: bool
    """Whether more rows could still turn text into something else: no value, or two readings."""
    rivals: tuple[str, ...] = ()
    """The two readings that both fit, when that is why it stays text."""


def judge(survivors: frozenset[str], wanted: pa.DataType | None = None) -> Verdict:
    """Return the first surviving kind (of the wanted type, if any), or text."""
    if wanted == pa.string():
        return Verdict(TEXT, is_open=False)
    if survivors == EVERY_KIND and wanted is None:
        return Verdict(TEXT, is_open=True)
    for name, kind in _KINDS.items():
        if name not in survivors or wanted not in (None, kind.type):
            continue
        if kind.rival in survivors:
            return Verdict(TEXT, is_open=True, rivals=(name, kind.rival))
        return Verdict(kind, is_open=False)
    return Verdict(TEXT, is_open=False)


def judge_all(
    survivors: Mapping[str, frozenset[str]], wanted: Mapping[str, pa.DataType]
) -> dict[str, Verdict]:
    """Judge every column, in order."""
    return {name: judge(alive, wanted.get(name)) for name, alive in survivors.items()}


def remarks(verdicts: Mapping[str, Verdict], mixed: Collection[str]) -> list[Message]:
    """Return what a reader should know of how columns were taken."""
    notes = []
    for name, verdict in verdicts.items():
        if name in mixed and verdict.kind is TEXT and not verdict.rivals:
            notes.append(Message(id="import.note.mixed", parameters={"column": name}))
        if verdict.rivals:
            notes.append(
                Message(
                    id="import.note.ambiguous",
                    parameters={
                        "column": name,
                        "readings": [_named(each) for each in verdict.rivals],
                    },
                )
            )
        elif verdict.kind.said:
            notes.append(
                Message(
                    id="import.note.converted",
                    parameters={"column": name, "kind": _named(verdict.kind.name)},
                )
            )
    return notes


def _named(kind: str) -> Message:
    """Return a kind's name for people."""
    name, _, symbol = kind.partition(" ")
    if name == "currency":
        return Message(id="import.kind.currency", parameters={"symbol": symbol})
    return Message(id=f"import.kind.{re.sub('[ /]', '_', kind)}")

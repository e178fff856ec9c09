"""Passes over a file: one that decides the types where the first rows misled, one that reads."""

import collections
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pyarrow as pa

from morello.data.catalog.version import Rejected
from morello.data.ingest.columns.judge import EVERY_KIND, Verdict
from morello.data.ingest.columns.text import first_value
from morello.data.ingest.formats.source import Part, Source

_T = TypeVar("_T")

Report = Callable[[str, int], None]
"""Is told a phase (`reading`, `judging`) and how many bytes of the file were read."""


class Surprise(Exception):
    """The first rows of a file promised what a later row does not keep."""


@dataclasses.dataclass(slots=True)
class Tally:
    """What a pass counted."""

    rows: int = 0
    records: int = 0
    """Counted apart from parsing; rows and rejected rows together must be as many."""
    rejections: int = 0
    rejected: list[Rejected] = dataclasses.field(default_factory=list)

    def add(self, part: Part, rejected_max: int) -> None:
        """Count a part."""
        self.rows += part.rows
        self.records += part.records
        self.rejections += len(part.rejected)
        room = rejected_max - len(self.rejected)
        self.rejected.extend(part.rejected[: max(room, 0)])

    @property
    def agrees(self) -> bool:
        """Whether no row was lost or invented."""
        return self.rows + self.rejections == self.records


@dataclasses.dataclass(frozen=True, slots=True)
class FirstRows:
    """What the first rows of a file say."""

    survivors: dict[str, frozenset[str]]
    mixed: set[str]
    """Columns of numbers and something else."""
    are_all: bool


class Passes:
    """Reads a source with a number of threads, its parts in order."""

    def __init__(self, source: Source, *, threads: int, report: Report) -> None:
        self._source = source
        self._threads = threads
        self._report = report

    def look(self, wanted: Mapping[str, pa.DataType]) -> FirstRows:
        """Look at the first rows only."""
        pieces = self._source.pieces()
        found: dict[str, frozenset[str]] = {}
        part = None
        for _, piece in pieces:
            part = self._source.parse(piece)
            found = {
                name: raw.first_survivor(wanted.get(name)) for name, raw in part.columns.items()
            }
            if part.rows:
                break
        mixed = {
            name
            for name, raw in (part.columns if part else {}).items()
            if not found[name] and raw.is_mixed()
        }
        return FirstRows(found, mixed, are_all=next(pieces, None) is None)

    def survey(self) -> dict[str, frozenset[str]]:
        """Return, for every column, the kinds that all its values fit."""
        survivors: dict[str, frozenset[str]] = {}

        def judge(part: Part) -> dict[str, frozenset[str]]:
            return {
                name: raw.survivors(survivors.get(name, EVERY_KIND))
                for name, raw in part.columns.items()
            }

        for found in self._mapped(judge, "judging"):
            for name, alive in found.items():
                survivors[name] = survivors.get(name, EVERY_KIND) & alive
        return survivors

    def converted(
        self, verdicts: Mapping[str, Verdict], *, is_final: bool
    ) -> Iterator[tuple[Part, list[pa.Array]]]:
        """Yield each part with its values. Raises Surprise where they are not what was decided."""

        def convert(part: Part) -> tuple[Part, list[pa.Array]]:
            return part, self._values(part, verdicts, is_final=is_final)

        yield from self._mapped(convert, "reading")

    def _values(
        self, part: Part, verdicts: Mapping[str, Verdict], *, is_final: bool
    ) -> list[pa.Array]:
        """Return a part's columns, in the order of the verdicts. Raises Surprise."""
        if part.rows and not part.columns.keys() <= verdicts.keys():
            raise Surprise
        columns = []
        for name, verdict in verdicts.items():
            raw = part.columns.get(name)
            if raw is None:
                columns.append(pa.nulls(part.rows, verdict.kind.type))
                continue
            if self._source.schema is not None:
                columns.append(raw.text)
                continue
            if verdict.is_open and not is_final and first_value(raw.text) is not None:
                raise Surprise
            values = raw.values(verdict.kind)
            if values is None:
                raise Surprise
            columns.append(values)
        return columns

    def _mapped(self, then: Callable[[Part], _T], phase: str) -> Iterator[_T]:
        """Parse pieces in threads, a few ahead; yield what `then` makes of them, in order."""
        pending: collections.deque[tuple[int, Future[_T]]] = collections.deque()

        def work(piece: object) -> _T:
            return then(self._source.parse(piece))

        with ThreadPoolExecutor(self._threads, "morello-import") as executor:
            try:
                for position, piece in self._source.pieces():
                    pending.append((position, executor.submit(work, piece)))
                    if len(pending) > self._threads:
                        yield self._next(pending, phase)
                while pending:
                    yield self._next(pending, phase)
            finally:
                executor.shutdown(cancel_futures=True)

    def _next(self, pending: collections.deque[tuple[int, Future[_T]]], phase: str) -> _T:
        position, future = pending.popleft()
        result = future.result()
        self._report(phase, position)
        return result

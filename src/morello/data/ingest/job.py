"""What runs in a worker process: read one file into encrypted Parquet, counting every row.

Files are hostile, so this process may be killed or run out of memory at any moment; what it has
written until then lies in a stage that goes.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping

import orjson
import pyarrow as pa

from morello.data.catalog.types import arrow_type
from morello.data.ingest.columns.judge import TEXT, Verdict, judge_all, remarks
from morello.data.ingest.columns.kind import Kind
from morello.data.ingest.columns.names import clean_names
from morello.data.ingest.columns.text import as_text
from morello.data.ingest.formats.detection import open_source
from morello.data.ingest.formats.source import Given, Source
from morello.data.ingest.opened import OpenedFile
from morello.data.ingest.passes import Passes, Surprise
from morello.data.ingest.plan import PIECE_BYTES_MAX
from morello.data.ingest.task import Imported, Look, SourceFile, Task
from morello.data.ingest.unpacked import packing
from morello.data.ingest.writing import ROWS_FILE, Writing
from morello.kernel.clock import SystemClock
from morello.kernel.errors import BadFile, InvalidInput
from morello.kernel.messages import Message
from morello.kernel.values import Column

REPORT_EVERY_S = 0.2
_DIFFERENCES_MAX = 20
_NOTES_MAX = 100


def run(payload: bytes, report: Callable[[bytes], None]) -> bytes:
    """Read the file of a `Task` (JSON) and return an `Imported` (JSON); report progress."""
    task = Task.model_validate_json(payload)
    with _opened(task.source, task.piece_bytes) as (file, source):
        reporter = _Reporter(file.bytes, report)
        passes = Passes(source, threads=task.threads, report=reporter.at)
        return _read(task, source, passes, file).model_dump_json().encode()


def look(payload: bytes, _: Callable[[bytes], None]) -> bytes:
    """Look at the beginning of a `SourceFile` (JSON) and return a `Look` (JSON)."""
    with _opened(SourceFile.model_validate_json(payload)) as (file, source):
        position, part = 0, None
        # The first of them may only have the columns.
        for position, piece in source.pieces():  # noqa: B007 - the last position is what counts
            part = source.parse(piece)
            if part.records:
                break
        records = part.records if part else 0
        stated = getattr(source, "rows", None)
        seen = Look(
            format=str(source.dialect["format"]),
            bytes=file.bytes,
            rows=stated if stated is not None else records * file.bytes // max(position, 1),
            columns=len(part.columns) if part else 0,
        )
    return seen.model_dump_json().encode()


@contextlib.contextmanager
def _opened(
    given: SourceFile, piece_bytes: int = PIECE_BYTES_MAX
) -> Iterator[tuple[OpenedFile, Source]]:
    with OpenedFile(given.path, name=given.name, bytes_max=given.file_bytes_max) as file:
        source = open_source(
            Given(
                file=file,
                packing=packing(file.head(4)),
                options=given.options,
                ratio_max=given.unpacked_ratio_max,
                bytes_max=given.file_bytes_max,
                piece_bytes=piece_bytes,
            )
        )
        yield file, source


@dataclasses.dataclass(frozen=True, slots=True)
class _Decision:
    """What each column is taken for."""

    verdicts: Mapping[str, Verdict]
    is_final: bool
    """Whether every row had its say."""
    notes: list[Message]


def _read(task: Task, source: Source, passes: Passes, file: OpenedFile) -> Imported:
    """Take the types from the first rows; where a later row does not fit, from all of them."""
    if source.schema is not None:
        stated = {field.name: _as_stated(field.type) for field in source.schema}
        return _written(task, source, passes, file, _Decision(stated, is_final=True, notes=[]))
    wanted = _wanted(task)
    first = passes.look(wanted)
    verdicts = judge_all(first.survivors, wanted)
    has_rivals = any(verdict.rivals for verdict in verdicts.values())
    if first.are_all or not has_rivals:  # of two readings, the other rows will tell which
        decision = _Decision(verdicts, first.are_all, remarks(verdicts, first.mixed))
        try:
            return _written(task, source, passes, file, decision)
        except Surprise:
            (task.stage / ROWS_FILE).unlink(missing_ok=True)
    mixed = first.mixed | {name for name, each in verdicts.items() if each.kind is not TEXT}
    verdicts = judge_all(passes.survey(), wanted)
    decision = _Decision(verdicts, is_final=True, notes=remarks(verdicts, mixed))
    try:
        return _written(task, source, passes, file, decision)
    except Surprise:
        file.verify()  # after every row was asked, only another file can surprise
        raise


def _written(
    task: Task, source: Source, passes: Passes, file: OpenedFile, decision: _Decision
) -> Imported:
    verdicts = decision.verdicts
    if not verdicts:
        raise BadFile("no_columns", name=file.name)
    names, renamed = clean_names(list(verdicts))
    types = [verdict.kind.type for verdict in verdicts.values()]
    order = _order(task, names, types, is_final=decision.is_final)
    schema = pa.schema([(names[place], types[place]) for place in order])
    writing = Writing(task, schema, verdicts, order)
    files = writing.write(passes, is_final=decision.is_final)
    rows = writing.digest.rows
    version, blocks = writing.digest.finish()
    tally = writing.tally
    return Imported(
        version=version,
        blocks=blocks,
        columns=tuple(Column(name=field.name, type=str(field.type)) for field in schema),
        rows=rows,
        rows_read=tally.rows,
        rows_rejected=tally.rejections,
        files=files,
        rejected=tuple(sorted(tally.rejected, key=lambda each: each.line)),
        dialect=source.dialect,
        notes=tuple([*source.notes, *renamed, *decision.notes][:_NOTES_MAX]),
        source_sha256=file.sha256,
        source_bytes=file.bytes,
    )


def _order(task: Task, names: list[str], types: list[pa.DataType], *, is_final: bool) -> list[int]:
    """Return the file's columns in the order of the dataset's. Raises InvalidInput."""
    if task.onto is None:
        return list(range(len(names)))
    wanted = {column.name: column.type for column in task.onto.columns}
    found = dict(zip(names, (str(kind) for kind in types), strict=True))
    differences = [f"{name} is missing" for name in wanted if name not in found]
    differences += [f"{name} is new" for name in found if name not in wanted]
    differences += [
        f"{name} is {found[name]} instead of {kind}"
        for name, kind in wanted.items()
        if found.get(name, kind) != kind
    ]
    if differences and not is_final:
        raise Surprise
    if differences:
        raise InvalidInput(
            "columns", name=task.source.name, differences=differences[:_DIFFERENCES_MAX]
        )
    return [names.index(name) for name in wanted]


def _wanted(task: Task) -> dict[str, pa.DataType]:
    if task.onto is None:
        return {}
    return {column.name: arrow_type(column.type) for column in task.onto.columns}


def _as_stated(kind: pa.DataType) -> Verdict:
    return Verdict(Kind("as stated", kind, as_text, lambda values: values), is_open=False)


class _Reporter:
    """Reports how far the reading is, often enough and not more."""

    def __init__(self, total_bytes: int, report: Callable[[bytes], None]) -> None:
        self._total = max(total_bytes, 1)
        self._report = report
        self._clock = SystemClock()
        self._last_s = self._clock.monotonic() - REPORT_EVERY_S

    def at(self, phase: str, position: int) -> None:
        now = self._clock.monotonic()
        if now - self._last_s >= REPORT_EVERY_S:
            self._last_s = now
            share = min(position / self._total, 1.0)
            self._report(orjson.dumps({"phase": phase, "share": share}))

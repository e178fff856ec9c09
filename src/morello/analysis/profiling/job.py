"""What runs in worker processes: summarize a chunk, merge the chunks, tell the profile."""

from collections.abc import Callable, Sequence
from pathlib import Path

from morello.analysis.methods.profile import ColumnProfile, Profile
from morello.analysis.methods.summaries.encoding import from_bytes, to_bytes
from morello.analysis.methods.summaries.profiling import Profiling, rows_at_once
from morello.analysis.methods.summaries.table import TableSummary
from morello.analysis.profiling.chunk import Chunk
from morello.analysis.profiling.load import covered_files, may_be_kept
from morello.analysis.profiling.page import page_of
from morello.analysis.profiling.wish import COVERED, Merging, Wish
from morello.data.catalog.version import PinnedVersion
from morello.data.derived import summary as derived
from morello.data.engine.duckdb_reader import DuckReader
from morello.data.policy.rewrite import visible_columns
from morello.jobs.memory import memory_share
from morello.kernel.errors import BadFile, Fault

_ENGINE_SHARE = 0.4
_ENGINE_BYTES_MAX = 1 << 30

Report = Callable[[bytes], None]


def from_kept(wish: Wish, _: Report) -> bytes:
    """Return how many files there is a good summary of; when of all, the profile follows."""
    covered, known = _kept(wish.pinned)
    told = _told(known, wish) if known and covered == len(wish.pinned.files) else b""
    return COVERED.pack(covered) + told


def summarize(chunk: Chunk, _: Report) -> bytes:
    """Write the summary of a chunk where it says; a second try writes it again."""
    pinned = chunk.pinned
    memory = memory_share(_ENGINE_SHARE, at_most_bytes=_ENGINE_BYTES_MAX)
    reader = DuckReader(threads=chunk.threads, memory_max_bytes=memory)
    with Profiling(chunk.threads) as profiling:
        for batch in reader.batches(pinned, batch_rows=rows_at_once(len(pinned.columns))):
            profiling.add(batch)
        found = profiling.summary()
    content = b"" if found is None else to_bytes(found)
    chunk.into.write_bytes(derived.sealed(content, pinned.key, chunk.into.name.encode()))
    return b""


def merge(merging: Merging, _: Report) -> bytes:
    """Merge what is kept and the chunks, keep the result where that may be, and tell it."""
    wish, pinned = merging.wish, merging.wish.pinned
    known: TableSummary | None = None
    if merging.covered:
        known = _read(pinned.files[: merging.covered], pinned.key)
        if known is None:
            raise Fault("summary_lost")
    for path in merging.chunks:
        part = _chunk(path, pinned.key)
        if known is None or part is None:
            known = known or part
        else:
            known.absorb(part)
    if may_be_kept(pinned):
        rows = known.rows if known else 0
        if rows != pinned.rows:  # a chunk was lost, or is there twice
            raise Fault("summary_rows", rows=rows, expected=pinned.rows)
        if known is not None:
            _keep(pinned, known)
    return _told(known, wish)


def _chunk(path: Path, key: bytes) -> TableSummary | None:
    """Read the summary of a chunk; None when no row of it may be seen."""
    content = derived.opened(path.read_bytes(), key, path.name.encode())
    if content is None:
        raise Fault("summary_lost")
    return from_bytes(content) if content else None


def _kept(pinned: PinnedVersion) -> tuple[int, TableSummary | None]:
    """Return the longest good summary of the version's first files, and how many those are."""
    covered = covered_files(pinned)
    while covered:
        known = _read(pinned.files[:covered], pinned.key)
        if known is not None and known.rows == sum(pinned.file_rows[:covered]):
            return covered, known
        covered -= 1
    return 0, None


def _read(files: Sequence[Path], key: bytes) -> TableSummary | None:
    content = derived.read(files, key)
    try:
        return from_bytes(content) if content else None
    except BadFile:  # of another version of ours
        return None


def _keep(pinned: PinnedVersion, known: TableSummary) -> None:
    """Keep it, unless the files went meanwhile, or there is no room: it can be made again."""
    try:
        if pinned.files[-1].is_file():
            derived.keep(pinned.files, pinned.key, to_bytes(known))
    except OSError:
        return


def _told(known: TableSummary | None, wish: Wish) -> bytes:
    profile = _without_rows(wish.pinned) if known is None else known.profile()
    if wish.is_whole:
        return profile.model_dump_json().encode()
    return page_of(profile, after=wish.after).model_dump_json().encode()


def _without_rows(pinned: PinnedVersion) -> Profile:
    return Profile(
        rows=0,
        columns=[
            ColumnProfile(name=column.name, type=column.type, kind="empty", rows=0, nulls=0)
            for column in visible_columns(pinned)
        ],
    )

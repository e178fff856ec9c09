"""What there is to read of a version before it is profiled: its rows without those kept of."""

from morello.data.catalog.version import PinnedVersion
from morello.data.derived import summary
from morello.data.ingest.plan import Load
from morello.data.policy.rewrite import is_guarded, visible_columns


def may_be_kept(pinned: PinnedVersion) -> bool:
    """Tell whether a summary of the version may be kept: never of what rules show of it."""
    is_known = len(pinned.file_rows) == len(pinned.files) > 0
    return is_known and pinned.part is None and not is_guarded(pinned.rules)


def covered_files(pinned: PinnedVersion) -> int:
    """Return how many of the version's files, from the first, there seems to be a summary of."""
    if not may_be_kept(pinned):
        return 0
    lengths = range(len(pinned.files), 0, -1)
    return next((each for each in lengths if summary.is_kept(pinned.files[:each])), 0)


def load_of(pinned: PinnedVersion, *, from_kept: bool = True) -> Load:
    """Return the load of profiling a version, without what is kept of it, or as if nothing was."""
    covered = covered_files(pinned) if from_kept else 0
    known = sum(pinned.file_rows[:covered])
    return Load(
        rows=pinned.rows,
        columns=len(visible_columns(pinned)),
        size_bytes=sum(path.stat().st_size for path in pinned.files if path.is_file()),
        is_file=False,
        file_rows=pinned.file_rows[covered:],
        rows_known=known,
    )

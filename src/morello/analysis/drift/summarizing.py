"""The summary of a version: the one that is kept of it, or one made by reading its rows once."""

from collections.abc import Callable

from morello.analysis.methods.summaries.encoding import from_bytes
from morello.analysis.methods.summaries.profiling import Profiling, rows_at_once
from morello.analysis.methods.summaries.table import TableSummary
from morello.analysis.profiling.load import may_be_kept
from morello.data.catalog.version import PinnedVersion
from morello.data.derived import summary as derived
from morello.data.engine.engine import Reader
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import BadFile


def summary_of(
    reader: Reader,
    pinned: PinnedVersion,
    *,
    cancellation: Cancellation,
    report: Callable[[float], None],
) -> TableSummary | None:
    """Return what is known of the rows the caller may see; None of a version without rows.

    Blocks. `report` gets the share that is done. Raises Cancelled, and what the reader raises.
    """
    kept = _kept(pinned)
    if kept is not None:
        return kept
    done = 0
    with Profiling() as profiling:
        batch_rows = rows_at_once(len(pinned.columns))
        for batch in reader.batches(pinned, batch_rows=batch_rows):
            cancellation.check()
            profiling.add(batch)
            done += batch.num_rows
            report(min(1.0, done / max(pinned.rows, 1)))
        return profiling.summary()


def _kept(pinned: PinnedVersion) -> TableSummary | None:
    if not may_be_kept(pinned):
        return None
    content = derived.read(pinned.files, pinned.key)
    try:
        known = from_bytes(content) if content else None
    except BadFile:  # of another version of ours
        return None
    return known if known is not None and known.rows == pinned.rows else None

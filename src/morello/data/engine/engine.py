"""The engine's port: ask pinned versions in SQL, or read their rows in batches."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from morello.data.catalog.version import PinnedVersion
from morello.kernel.cancellation import Cancellation
from morello.kernel.limits import RESULT_ROWS_MAX

if TYPE_CHECKING:  # a port costs nothing to import: whoever implements it pays
    import pyarrow as pa
    from sqlglot import exp


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """The rows a query gave."""

    table: "pa.Table"
    truncated: bool
    """Whether there were more rows than were asked for."""
    sql: str
    """The query as it ran, with row and column rules in it."""


class Engine(Protocol):
    """Answers queries over pinned versions. Rules are rewritten into every query and every read."""

    async def query(
        self,
        tree: "exp.Query",
        pinned: Mapping[str, PinnedVersion],
        *,
        rows_max: int = RESULT_ROWS_MAX,
        timeout_s: float | None = None,
        cancellation: Cancellation | None = None,
    ) -> Answer:
        """Run one query; table names are keys of `pinned`.

        Raises BadQuery, TimedOut, TooLarge (memory), Cancelled.
        """
        ...


class Reader(Protocol):
    """Reads whole versions where computing may block: in a worker process, a test, a script."""

    def batches(
        self,
        pinned: PinnedVersion,
        *,
        columns: Sequence[str] | None = None,
        batch_rows: int = 1 << 16,
    ) -> "Iterator[pa.RecordBatch]":
        """Yield the rows in order, rules applied, at most `batch_rows` at a time. Blocks."""
        ...

    def sql(self, query: str, pinned: Mapping[str, PinnedVersion]) -> "pa.Table":
        """Run our own, trusted query over pinned versions, rules applied. Blocks."""
        ...

"""`insights.compare` reads both versions once, says how far it is, and discloses its tests."""

import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from morello.analysis.drift.comparison import Comparison
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.caller import Call, Reply
from morello.kernel.context import Context, Progress
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.values import DataRef
from morello.tools.insights.compare import CompareRequest, compare

_BEFORE, _AFTER = DataRef(dataset="orders", version="a" * 64), DataRef(dataset="orders")
_ROWS = 2_000


def _table(seed: int, factor: float) -> pa.Table:
    generator = np.random.default_rng(seed)
    return pa.table({"amount": generator.lognormal(3, 0.5, _ROWS) * factor})


_TABLES = {"a" * 64: _table(1, 1.0), "b" * 64: _table(2, 1.5)}


class TwoVersions:
    """Reads the version that is asked for."""

    def batches(
        self,
        pinned: PinnedVersion,
        *,
        columns: Sequence[str] | None = None,
        batch_rows: int = 1 << 16,
    ) -> Iterator[pa.RecordBatch]:
        yield from _TABLES[pinned.version].to_batches(batch_rows)

    def sql(self, query: str, pinned: Mapping[str, PinnedVersion]) -> pa.Table:
        raise AssertionError(query)


class Nobody:
    """Answers nothing."""

    async def call(self, call: Call) -> Reply:
        raise AssertionError(call.tool)

    def stream(self, call: Call) -> AsyncIterator[Progress | Reply]:
        raise AssertionError(call.tool)


def _pinned(version: str) -> PinnedVersion:
    return PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=uuid.UUID(int=1),
        dataset="orders",
        version=version,
        rows=_ROWS,
        columns=(),
        files=(),
        folder=Path("/"),
        key=b"",
        lineage=Lineage(how="import"),
    )


def _context(pinned: dict[DataRef, PinnedVersion]) -> Context:
    return Context(
        call_id=new_id(),
        principal=LOCAL_PRINCIPAL,
        tool="insights.compare",
        caller=Nobody(),
        pinned=dict(pinned),
    )


async def test_the_last_update_is_the_comparison() -> None:
    context = _context({_BEFORE: _pinned("a" * 64), _AFTER: _pinned("b" * 64)})
    request = CompareRequest(before=_BEFORE, after=_AFTER)
    updates = [each async for each in compare.run(request, context, TwoVersions())]
    shares = [each.share for each in updates[:-1] if isinstance(each, Progress)]
    assert shares == [0.5, 1.0]
    comparison = updates[-1]
    assert isinstance(comparison, Comparison)
    assert [each.id for each in comparison.changes] == ["shift:amount"]
    assert (comparison.before.version, comparison.after.version) == ("a" * 64, "b" * 64)
    assert context.disclosures["changes"] == ["shift:amount"]


async def test_a_version_against_itself_has_not_changed() -> None:
    context = _context({_BEFORE: _pinned("a" * 64)})
    request = CompareRequest(before=_BEFORE, after=_BEFORE)
    updates = [each async for each in compare.run(request, context, TwoVersions())]
    comparison = updates[-1]
    assert isinstance(comparison, Comparison)
    assert comparison.nothing_changed

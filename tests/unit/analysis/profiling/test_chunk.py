"""Chunks are each row once, and follow from the files alone."""

import uuid
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given

from morello.analysis.profiling.chunk import parts_of
from morello.analysis.profiling.load import load_of, may_be_kept
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.policy.rules import Rules
from morello.kernel.values import Column


def a_version(file_rows: list[int], column: str = "a") -> PinnedVersion:
    return PinnedVersion(
        organization_id=uuid.UUID(int=1),
        dataset_id=uuid.UUID(int=2),
        dataset="it",
        version="0" * 64,
        rows=sum(file_rows),
        columns=(Column(name=column, type="int64"),),
        files=tuple(Path(f"/lake/{at}.parquet") for at in range(len(file_rows))),
        file_rows=tuple(file_rows),
        folder=Path("/lake"),
        key=b"",
        lineage=Lineage(how="import"),
    )


@given(st.lists(st.integers(0, 1000), max_size=5), st.integers(0, 5), st.integers(100, 500))
def test_every_row_is_in_one_chunk(file_rows: list[int], covered: int, chunk_rows: int) -> None:
    pinned = a_version(file_rows)
    parts = parts_of(pinned, covered=covered, chunk_rows=chunk_rows)
    assert sum(part.rows for part in parts) == sum(file_rows[covered:])
    assert all(part.rows <= chunk_rows for part in parts)
    seen: dict[Path, int] = {}
    for part in parts:
        (file,) = part.files
        start, stop = part.part or (0, part.rows)
        assert start == seen.get(file, 0)
        seen[file] = stop
    assert list(seen.values()) == file_rows[covered:]


def test_a_column_named_like_the_row_number_leaves_files_whole() -> None:
    parts = parts_of(a_version([5000], "File_Row_Number"), covered=0, chunk_rows=100)
    assert [part.part for part in parts] == [None]


def test_files_of_unknown_size_are_one_chunk() -> None:
    pinned = a_version([5, 5]).model_copy(update={"file_rows": ()})
    (part,) = parts_of(pinned, covered=0, chunk_rows=1)
    assert (part.files, part.part) == (pinned.files, None)
    assert not may_be_kept(pinned)


def test_what_rules_hide_may_not_be_kept() -> None:
    pinned = a_version([5])
    assert may_be_kept(pinned)
    for rules in (
        Rules(row_filter="a > 1"),
        Rules(hidden_columns=frozenset({"a"})),
        Rules(masked_columns=frozenset({"a"})),
    ):
        assert not may_be_kept(pinned.model_copy(update={"rules": rules}))
    assert load_of(pinned).file_rows == (5,)

"""Plans: they follow size, memory and cores."""

import pytest

from morello.data.ingest.plan import (
    CHUNK_ROWS_MIN,
    PIECE_BYTES_MAX,
    PIECE_BYTES_MIN,
    Load,
    Machine,
    piece_bytes,
    plan,
)

GIB = 1 << 30
BIG = Load(rows=20_000_000, columns=18, size_bytes=2 * GIB, is_file=False)
FILE = Load(rows=20_000_000, columns=18, size_bytes=2 * GIB, is_file=True)


@pytest.mark.parametrize("load", [BIG, FILE], ids=["dataset", "file"])
def test_less_memory_makes_smaller_chunks(load: Load) -> None:
    rich = plan(load, Machine(2, 16 * GIB))
    poor = plan(load, Machine(2, 64 << 20))
    assert poor.chunk_rows < rich.chunk_rows
    assert poor.memory_bytes < rich.memory_bytes
    assert rich.fits
    assert rich.chunks * rich.chunk_rows >= load.rows
    assert rich.memory_bytes < GIB


def test_more_cores_make_it_faster_and_are_never_more_than_chunks() -> None:
    two, eight = (plan(BIG, Machine(cores, 16 * GIB)) for cores in (2, 8))
    assert eight.estimated_s < two.estimated_s
    assert eight.workers == 8
    assert plan(Load(10, 2, 100, is_file=True), Machine(8, GIB)).workers == 1
    assert plan(BIG, Machine(8, GIB), workers=3).workers == 3


def test_a_given_chunk_size_is_taken() -> None:
    assert plan(BIG, Machine(2, GIB), chunk_rows=1000).chunk_rows == 1000


def test_a_dataset_is_spread_over_the_workers() -> None:
    small = Load(rows=100_000, columns=3, size_bytes=1 << 20, is_file=False)
    assert plan(small, Machine(4, 16 * GIB)).workers == 4
    tiny = Load(rows=0, columns=3, size_bytes=0, is_file=False)
    assert plan(tiny, Machine(4, 16 * GIB)).chunk_rows == CHUNK_ROWS_MIN


def test_pieces_have_bounds() -> None:
    assert piece_bytes(Machine(2, 64 * GIB), 2) == PIECE_BYTES_MAX
    assert piece_bytes(Machine(2, 1), 2) == PIECE_BYTES_MIN
    assert Machine.here().cores >= 1

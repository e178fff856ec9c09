"""Plans: they follow size, memory and cores."""

import pytest

from morello.data.ingest.plan import (
    CHUNK_ROWS_MAX,
    CHUNK_ROWS_MIN,
    PIECE_BYTES_MAX,
    PIECE_BYTES_MIN,
    Load,
    Machine,
    chunk_rows_of,
    piece_bytes,
    plan,
)

GIB = 1 << 30
BIG = Load(rows=20_000_000, columns=18, size_bytes=2 * GIB, is_file=False)
FILE = Load(rows=20_000_000, columns=18, size_bytes=2 * GIB, is_file=True)


def test_less_memory_makes_smaller_chunks_of_a_file() -> None:
    rich = plan(FILE, Machine(2, 16 * GIB))
    poor = plan(FILE, Machine(2, 64 << 20))
    assert poor.chunk_rows < rich.chunk_rows
    assert poor.memory_bytes < rich.memory_bytes
    assert rich.fits
    assert rich.chunks * rich.chunk_rows >= FILE.rows
    assert rich.memory_bytes < GIB


def test_chunks_of_a_dataset_are_the_same_on_every_machine_and_fewer_at_once_on_a_small_one() -> (
    None
):
    rich = plan(BIG, Machine(8, 16 * GIB))
    poor = plan(BIG, Machine(8, 600 << 20))
    assert (rich.chunk_rows, rich.chunks) == (poor.chunk_rows, poor.chunks) == (2_088_960, 10)
    assert poor.workers < rich.workers == 8
    assert poor.memory_bytes <= 600 << 20
    assert not plan(BIG, Machine(8, 1)).fits


@pytest.mark.parametrize("columns", [0, 1, 18, 300, 5000])
def test_chunks_of_wide_tables_have_fewer_rows(columns: int) -> None:
    rows = chunk_rows_of(columns)
    assert CHUNK_ROWS_MIN <= rows <= CHUNK_ROWS_MAX
    assert rows <= chunk_rows_of(columns // 2)


def test_rows_that_are_known_are_not_read() -> None:
    load = Load(2_000_000, 18, GIB, is_file=False, file_rows=(20_000,), rows_known=1_980_000)
    appended = plan(load, Machine(2, GIB))
    assert (appended.chunks, appended.workers, appended.rows_known) == (1, 1, 1_980_000)
    assert appended.estimated_s < plan(BIG, Machine(2, GIB)).estimated_s
    known = plan(Load(5, 1, 1, is_file=False, rows_known=5), Machine(2, GIB))
    assert (known.chunks, known.workers) == (0, 1)


def test_it_says_what_is_exact_and_what_is_not() -> None:
    def said(load: Load) -> tuple[set[str], set[str]]:
        made = plan(load, Machine(2, GIB))
        return {each.id for each in made.exact}, {each.id for each in made.approximate}

    assert "plan.exact.correlations" in said(BIG)[0]
    wide = Load(rows=20_000, columns=501, size_bytes=GIB, is_file=False)
    assert "plan.approximate.correlations" in said(wide)[1]
    assert said(Load(rows=1000, columns=2, size_bytes=1, is_file=False))[1] == set()
    assert said(FILE) == ({"plan.exact.rows"}, set())


def test_more_cores_make_it_faster_and_are_never_more_than_chunks() -> None:
    two, eight = (plan(BIG, Machine(cores, 16 * GIB)) for cores in (2, 8))
    assert eight.estimated_s < two.estimated_s
    assert plan(Load(10, 2, 100, is_file=True), Machine(8, GIB)).workers == 1
    assert plan(BIG, Machine(8, GIB), workers=3).workers == 3


def test_a_given_chunk_size_is_taken() -> None:
    assert plan(BIG, Machine(2, GIB), chunk_rows=1000).chunk_rows == 1000


def test_pieces_have_bounds() -> None:
    assert piece_bytes(Machine(2, 64 * GIB), 2) == PIECE_BYTES_MAX
    assert piece_bytes(Machine(2, 1), 2) == PIECE_BYTES_MIN
    assert Machine.here().cores >= 1

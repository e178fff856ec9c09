"""A plan before the work: chunk size and workers from size, columns, free memory and cores.

A file's chunks are as large as memory allows. A dataset's follow from its size alone, so that its
summary is the same on every machine; memory and cores say how many are worked on at once.
"""

import dataclasses
import os

import psutil
from pydantic import BaseModel, Field

from morello.data.engine.connection import ROW_GROUP_ROWS
from morello.kernel.messages import Message

CHUNK_ROWS_MAX = 1 << 22
CHUNK_ROWS_MIN = 1 << 16
"""Of a dataset: the summary of fewer rows would be larger than they are."""
_CHUNK_CELLS = 36 << 20
"""Of a dataset: two seconds of work. With less, little would be lost with a worker, but more spent
on beginnings: the first rows of a chunk cost most, until its sketches take samples."""
_ROW_GROUPS_MAX = 32
PIECE_BYTES_MIN, PIECE_BYTES_MAX = 256 << 10, 4 << 20
"""Bytes of a file that one worker parses at a time."""
_FREE_SHARE = 0.25
"""Of the free memory, what work may take: others live on the machine, too."""
_GROWTH = 6
"""A chunk is there as bytes, as text, as values, and as what is computed of them."""
_PROCESS_BYTES = 160 << 20
_SUMMARY_BYTES_PER_COLUMN = 512 << 10
"""With what is written and merged of it, and a batch of the column's values."""
_IMPORT_BYTES_PER_S = 45_000_000
_CELLS_PER_S = 18_000_000
_START_S = 0.1
_QUANTILES_ROWS_MIN = 1 << 10
_CORRELATED_COLUMNS_MAX = 500


class Division(BaseModel):
    """How a dataset is divided. It follows from its size alone, as every answer has to."""

    chunk_rows: int = Field(description="Rows that are worked on at a time.")
    chunks: int = Field(description="How many chunks the dataset has.")
    exact: list[Message] = Field(description="What is exact.")
    approximate: list[Message] = Field(description="What is within a stated error.")


class Plan(BaseModel):
    """How the work would be done. Times and memory are estimates for this machine, now."""

    rows: int = Field(description="Rows; estimated from the beginning of a file.")
    columns: int = Field(description="Columns.")
    size_bytes: int = Field(description="Size of the file, or of the version's files.")
    chunk_rows: int = Field(description="Rows that are worked on at a time.")
    chunks: int = Field(description="How many chunks that makes.")
    workers: int = Field(description="Chunks that are worked on at once.")
    memory_bytes: int = Field(description="Most memory the work should take.")
    free_memory_bytes: int = Field(description="Memory that is free now.")
    estimated_s: float = Field(description="Seconds the work should take.")
    fits: bool = Field(description="Whether the free memory is enough.")
    rows_known: int = Field(
        default=0, description="Rows whose summary is kept from before, and which are not read."
    )
    exact: list[Message] = Field(description="What will be exact.")
    approximate: list[Message] = Field(description="What will be within a stated error.")


@dataclasses.dataclass(frozen=True, slots=True)
class Machine:
    """What there is to work with."""

    cores: int
    free_memory_bytes: int

    @classmethod
    def here(cls) -> "Machine":
        """Look at this machine, now."""
        return cls(os.cpu_count() or 1, psutil.virtual_memory().available)

    def within(self, memory_max_bytes: int) -> "Machine":
        """Return the same for a process that may not use more memory than this."""
        free = min(self.free_memory_bytes, memory_max_bytes)
        return dataclasses.replace(self, free_memory_bytes=free)


@dataclasses.dataclass(frozen=True, slots=True)
class Load:
    """What there is to work on."""

    rows: int
    columns: int
    size_bytes: int
    is_file: bool
    """Whether it is a file to import, or a dataset to analyse."""
    file_rows: tuple[int, ...] = ()
    """Rows of each of a dataset's files that has to be read; empty is all rows, in one."""
    rows_known: int = 0
    """Rows whose summary is kept."""

    @property
    def to_read(self) -> tuple[int, ...]:
        """Rows of each file to read."""
        return self.file_rows if self.file_rows or self.rows_known else (self.rows,)


def piece_bytes(machine: Machine, workers: int) -> int:
    """Return how much of a file is parsed at a time, so that all workers' pieces fit."""
    share = int(machine.free_memory_bytes * _FREE_SHARE / workers / _GROWTH)
    return min(max(share, PIECE_BYTES_MIN), PIECE_BYTES_MAX)


def chunk_rows_of(columns: int) -> int:
    """Return how many rows of a dataset are one chunk: whole row groups, about as many cells."""
    groups = _CHUNK_CELLS // (max(columns, 1) * ROW_GROUP_ROWS)
    return min(groups, _ROW_GROUPS_MAX) * ROW_GROUP_ROWS or CHUNK_ROWS_MIN


def plan(load: Load, machine: Machine, *, chunk_rows: int | None = None, workers: int = 0) -> Plan:
    """Return the plan; `chunk_rows` None and `workers` 0 leave the choice to it."""
    wanted = workers or machine.cores
    make = _plan_file if load.is_file else _plan_dataset
    return make(load, machine, chunk_rows, wanted)


def _plan_file(load: Load, machine: Machine, chunk_rows: int | None, workers: int) -> Plan:
    row_bytes = max(load.size_bytes // max(load.rows, 1), 1)
    chunk_rows = chunk_rows or max(piece_bytes(machine, workers) // row_bytes, 1)
    chunks = max(-(-load.rows // chunk_rows), 1)
    used = min(workers, chunks)
    # While `used` chunks are worked on, one is being read and one handed on.
    memory = _PROCESS_BYTES + (used + 2) * min(chunk_rows, load.rows) * row_bytes * _GROWTH
    return Plan(
        rows=load.rows,
        columns=load.columns,
        size_bytes=load.size_bytes,
        chunk_rows=chunk_rows,
        chunks=chunks,
        workers=used,
        memory_bytes=memory,
        free_memory_bytes=machine.free_memory_bytes,
        estimated_s=round(_START_S + load.rows * row_bytes / _IMPORT_BYTES_PER_S / used, 1),
        fits=memory <= machine.free_memory_bytes,
        exact=[Message(id="plan.exact.rows")],
        approximate=[],
    )


def divide(load: Load, *, chunk_rows: int | None = None) -> Division:
    """Return how a dataset's files are divided into chunks, all of them or those to be read."""
    chunk_rows = chunk_rows or chunk_rows_of(load.columns)
    exact = ["counts", "moments"]
    exact += ["correlations"] if load.columns <= _CORRELATED_COLUMNS_MAX else []
    approximate = ["quantiles", "distinct", "top", "outliers", "patterns"]
    approximate += [] if load.columns <= _CORRELATED_COLUMNS_MAX else ["correlations"]
    is_small = load.rows <= _QUANTILES_ROWS_MIN
    return Division(
        chunk_rows=chunk_rows,
        chunks=sum(-(-rows // chunk_rows) for rows in load.to_read),
        exact=[Message(id=f"plan.exact.{case}") for case in exact],
        approximate=[]
        if is_small
        else [Message(id=f"plan.approximate.{case}") for case in approximate],
    )


def _plan_dataset(load: Load, machine: Machine, chunk_rows: int | None, workers: int) -> Plan:
    division = divide(load, chunk_rows=chunk_rows)
    each = _PROCESS_BYTES + load.columns * _SUMMARY_BYTES_PER_COLUMN
    used = max(min(workers, division.chunks, machine.free_memory_bytes // each), 1)
    cells = sum(load.to_read) * load.columns
    return Plan(
        rows=load.rows,
        columns=load.columns,
        size_bytes=load.size_bytes,
        workers=used,
        memory_bytes=used * each,
        free_memory_bytes=machine.free_memory_bytes,
        estimated_s=round(_START_S + cells / _CELLS_PER_S / used, 1),
        fits=used * each <= machine.free_memory_bytes,
        rows_known=load.rows_known,
        **dict(division),
    )

"""A plan before the work: chunk size and workers from size, columns, free memory and cores."""

import dataclasses
import os

import psutil
from pydantic import BaseModel, Field

from morello.kernel.messages import Message

CHUNK_ROWS_MIN = 4096
CHUNK_ROWS_MAX = 1 << 20
_AUTO_ROWS_MAX = 1 << 17
PIECE_BYTES_MIN, PIECE_BYTES_MAX = 256 << 10, 4 << 20
"""Bytes of a file that one worker parses at a time."""
_FREE_SHARE = 0.25
"""Of the free memory, what work may take: others live on the machine, too."""
_GROWTH = 6
"""A chunk is there as bytes, as text, as values, and as what is computed of them."""
_PROCESS_BYTES = 160 << 20
_IMPORT_BYTES_PER_S = 45_000_000
_SCAN_BYTES_PER_S = 120_000_000
_ROW_BYTES_PER_COLUMN = 10


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


def piece_bytes(machine: Machine, workers: int) -> int:
    """Return how much of a file is parsed at a time, so that all workers' pieces fit."""
    share = int(machine.free_memory_bytes * _FREE_SHARE / workers / _GROWTH)
    return min(max(share, PIECE_BYTES_MIN), PIECE_BYTES_MAX)


def plan(load: Load, machine: Machine, *, chunk_rows: int | None = None, workers: int = 0) -> Plan:
    """Return the plan; `chunk_rows` None and `workers` 0 leave the choice to it."""
    wanted = workers or machine.cores
    row_bytes = max(load.size_bytes // max(load.rows, 1), 1)
    if not load.is_file:
        row_bytes = load.columns * _ROW_BYTES_PER_COLUMN
    chunk_rows = chunk_rows or _chunk_rows(load, machine, wanted, row_bytes)
    chunks = max(-(-load.rows // chunk_rows), 1)
    used = min(wanted, chunks)
    # While `used` chunks are worked on, one is being read and one handed on.
    memory = _PROCESS_BYTES + (used + 2) * min(chunk_rows, load.rows) * row_bytes * _GROWTH
    speed = _IMPORT_BYTES_PER_S if load.is_file else _SCAN_BYTES_PER_S
    return Plan(
        rows=load.rows,
        columns=load.columns,
        size_bytes=load.size_bytes,
        chunk_rows=chunk_rows,
        chunks=chunks,
        workers=used,
        memory_bytes=memory,
        free_memory_bytes=machine.free_memory_bytes,
        estimated_s=round(0.1 + load.rows * row_bytes / speed / used, 1),
        fits=memory <= machine.free_memory_bytes,
        exact=[Message(id="plan.exact.counts"), Message(id="plan.exact.moments")],
        approximate=[
            Message(id="plan.approximate.quantiles"),
            Message(id="plan.approximate.distinct"),
        ],
    )


def _chunk_rows(load: Load, machine: Machine, workers: int, row_bytes: int) -> int:
    """Return rows at a time: as many as fit, but not so many that a worker has nothing to do."""
    if load.is_file:
        return max(piece_bytes(machine, workers) // row_bytes, 1)
    fitting = int(machine.free_memory_bytes * _FREE_SHARE / workers / (row_bytes * _GROWTH))
    spread = -(-load.rows // workers)
    return min(max(min(fitting, spread), CHUNK_ROWS_MIN), _AUTO_ROWS_MAX)

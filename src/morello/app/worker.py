"""The parts that a tool may have in a worker process."""

from collections.abc import Mapping

from morello.data.engine.connection import DEFAULT_MEMORY_MAX_BYTES
from morello.data.engine.duckdb_reader import DuckReader
from morello.data.engine.engine import Reader
from morello.jobs.memory import memory_share

_ENGINE_SHARE = 0.5
"""Of a worker's memory: what is computed of the engine's rows takes the rest."""


def parts() -> Mapping[type, object]:
    """Make them, in the worker."""
    memory = memory_share(_ENGINE_SHARE, at_most_bytes=DEFAULT_MEMORY_MAX_BYTES)
    return {Reader: DuckReader(memory_max_bytes=memory)}

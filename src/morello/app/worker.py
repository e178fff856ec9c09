"""The parts that a tool may have in a worker process."""

from collections.abc import Mapping

from morello.data.engine.duckdb_reader import DuckReader
from morello.data.engine.engine import Reader


def parts() -> Mapping[type, object]:
    """Make them, in the worker."""
    return {Reader: DuckReader()}

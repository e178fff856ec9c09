"""Asking many one-row queries of one table at once."""

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from morello.kernel.errors import BadQuery, TooLarge

AT_ONCE_MAX = 12
"""Queries in one: they share a connection, a plan and its memory."""

Answer = dict[str, Any]


def ask_together(ask: Callable[[str], pa.Table], queries: Sequence[str]) -> list[Answer]:
    """Return the one row of each query, in order.

    Where several at once are too much for the engine, they are asked one by one.
    """
    answers: list[Answer] = []
    for start in range(0, len(queries), AT_ONCE_MAX):
        several = queries[start : start + AT_ONCE_MAX]
        try:
            answers += _at_once(ask, several)
        except (BadQuery, TooLarge):
            answers += [ask(query).to_pylist()[0] for query in several]
    return answers


def _at_once(ask: Callable[[str], pa.Table], queries: Sequence[str]) -> list[Answer]:
    names = [f"answer_{place}" for place in range(len(queries))]
    parts = [f"({query}) AS {name}" for name, query in zip(names, queries, strict=True)]
    query = f"SELECT {', '.join(names)} FROM {', '.join(parts)}"  # noqa: S608 - our own queries
    row = ask(query).to_pylist()[0]
    return [row[name] for name in names]

"""Asking many one-row queries of one table at once."""

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from morello.kernel.errors import BadQuery, TooLarge

AT_ONCE_MAX = 12
"""Queries in one: they share a connection, a plan and its memory."""

DIGITS = 9
"""Of a fraction: the engine adds in the order its threads finish, so the last ones differ."""

Answer = dict[str, Any]


def ask_together(ask: Callable[[str], pa.Table], queries: Sequence[str]) -> list[Answer]:
    """Return the one row of each query, in order; the same rows give the same row every time.

    Where several at once are too much for the engine, they are asked one by one.
    """
    answers: list[Answer] = []
    for start in range(0, len(queries), AT_ONCE_MAX):
        several = queries[start : start + AT_ONCE_MAX]
        try:
            answers += _at_once(ask, several)
        except (BadQuery, TooLarge):
            answers += [ask(query).to_pylist()[0] for query in several]
    return [_repeatable(answer) for answer in answers]


def _at_once(ask: Callable[[str], pa.Table], queries: Sequence[str]) -> list[Answer]:
    names = [f"answer_{place}" for place in range(len(queries))]
    parts = [f"({query}) AS {name}" for name, query in zip(names, queries, strict=True)]
    query = f"SELECT {', '.join(names)} FROM {', '.join(parts)}"  # noqa: S608 - our own queries
    row = ask(query).to_pylist()[0]
    return [row[name] for name in names]


def _repeatable(answer: Answer) -> Answer:
    return {
        key: float(f"{value:.{DIGITS}g}") if _is_fraction(value) else value
        for key, value in answer.items()
    }


def _is_fraction(value: object) -> bool:
    """Tell counts and whole extremes, which are exact whatever the order, from what was divided."""
    return isinstance(value, float) and not value.is_integer()

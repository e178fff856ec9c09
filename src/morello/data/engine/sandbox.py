"""The sandbox's first wall: an allow-list over the syntax tree. What is unknown is refused."""

import difflib
import itertools
import re
from collections.abc import Iterator

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from morello.data.engine.functions import (
    ARGUMENTS,
    FUNCTIONS,
    NAMED,
    NODES,
    SERIES_ROWS_MAX,
    UNREPEATABLE,
)
from morello.kernel.errors import BadQuery

DEPTH_MAX = 100
"""Deepest nesting, where a chain of one operator counts once."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]*")
_QUOTED = (exp.Identifier, exp.Literal, exp.JSONPathKey)
"""Nodes whose text is rendered in quotes, so that it may be anything."""


def check(tree: exp.Expr) -> None:
    """Raise BadQuery unless everything in the tree is known to be harmless."""
    for node in _nodes(tree):
        _check_node(node)


def check_condition(tree: exp.Expr) -> None:
    """Raise BadQuery unless the tree is harmless and looks at one row alone, as a row rule must."""
    check(tree)
    for node in tree.find_all(exp.Query, exp.Table, exp.Window, exp.AggFunc, exp.Star):
        raise BadQuery("not_allowed", what=type(node).__name__)


def _nodes(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Yield every node without recursion. Raises BadQuery when they are nested too deep."""
    stack = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > DEPTH_MAX:
            raise BadQuery("too_deep", depth_max=DEPTH_MAX)
        yield node
        for child in node.iter_expressions():
            is_chain = isinstance(child, exp.Binary) and type(child) is type(node)
            stack.append((child, depth if is_chain else depth + 1))


def _check_node(node: exp.Expr) -> None:
    kind = type(node).__name__
    name = node.name.lower() if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc) else kind
    if name in UNREPEATABLE:
        raise BadQuery("not_repeatable", what=_what(node))
    if name not in NODES and name not in FUNCTIONS and name not in NAMED:
        raise _refusal(node)
    for argument, value in node.args.items():
        if not value:
            continue
        if kind in ARGUMENTS and argument not in ARGUMENTS[kind]:
            raise BadQuery("not_allowed", what=argument.strip("_").upper())
        _check_text(node, value)
    _check_special(node)


def _refusal(node: exp.Expr) -> BadQuery:
    """Say what is not allowed, and which function may have been meant."""
    if isinstance(node, exp.Anonymous):
        spelled = {each.lower() for each in DuckDB.Parser.FUNCTIONS} | NAMED
        similar = difflib.get_close_matches(node.name.lower(), sorted(spelled), n=3, cutoff=0.75)
        if similar:
            return BadQuery("unknown_function", name=node.name[:40], similar=similar)
    return BadQuery("not_allowed", what=_what(node))


def _check_text(node: exp.Expr, value: object) -> None:
    """Refuse bare text that is not a word: it would be rendered as it stands."""
    if isinstance(node, _QUOTED):
        return
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str) and not _WORD.fullmatch(each):
            raise BadQuery("not_allowed", what=each[:40])


def _check_special(node: exp.Expr) -> None:
    if isinstance(node, exp.Table):
        _check_table(node)
    elif isinstance(node, exp.GenerateSeries):
        _check_series(node)
    elif isinstance(node, exp.DataType) and node.this is exp.DataType.Type.USERDEFINED:
        raise BadQuery("not_allowed", what=node.sql("duckdb"))
    elif isinstance(node, exp.Lateral) and not isinstance(node.this, exp.Subquery | exp.Unnest):
        raise BadQuery("not_allowed", what="LATERAL")


def _check_table(table: exp.Table) -> None:
    """Allow plain names and bounded series; a function, a path or a schema is refused."""
    if not isinstance(table.this, exp.Identifier | exp.GenerateSeries):
        raise BadQuery("table_function", what=_what(table.this))
    if isinstance(table.this, exp.Identifier) and not table.name:
        raise BadQuery("not_allowed", what='""')


def _check_series(series: exp.GenerateSeries) -> None:
    """Allow series of plain numbers with at most `SERIES_ROWS_MAX` items."""
    bounds = [series.args.get(each) for each in ("start", "end", "step")]
    numbers = [_integer(bound) for bound in bounds if bound is not None]
    start, end, step = (number for number, _ in itertools.zip_longest(numbers, range(3)))
    if start is None or end is None or step == 0 or None in numbers:
        raise BadQuery("series", rows_max=SERIES_ROWS_MAX)
    if abs(end - start) // abs(step or 1) > SERIES_ROWS_MAX:
        raise BadQuery("series", rows_max=SERIES_ROWS_MAX)


def _integer(node: exp.Expr) -> int | None:
    inner = node.this if isinstance(node, exp.Neg) else node
    if not isinstance(inner, exp.Literal) or inner.is_string or not inner.name.isdecimal():
        return None
    return -int(inner.name) if isinstance(node, exp.Neg) else int(inner.name)


def _what(node: exp.Expr) -> str:
    """Name a thing as its writer would know it."""
    if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc):
        return f"{node.name[:40]}()"
    if isinstance(node, exp.Func):
        return f"{node.sql_name().lower()}()"
    return node.key.upper()

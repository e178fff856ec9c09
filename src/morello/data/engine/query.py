"""The query tree: parsed once, asked for its tables, rendered when it runs."""

import logging
import re
from collections.abc import Iterator
from typing import ClassVar

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError, UnsupportedError
from sqlglot.parser import binary_range_parser
from sqlglot.parsers.duckdb import DuckDBParser

from morello.data.engine import sandbox
from morello.kernel.errors import BadQuery
from morello.kernel.limits import SQL_LENGTH_MAX

BRACKETS_MAX = 100
"""Deepest nesting of brackets, and longest chain of them, that is worth parsing."""
TOKENS_MAX = 30_000
"""Words and signs of a query; each costs the parser some 50 µs, while everybody waits."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
_CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}


# It warns of what it cannot read, quoting it; we refuse such queries, and say so to who asked.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


class _Parser(DuckDBParser):
    """DuckDB's, where `~` matches the whole text; sqlglot takes it for a match anywhere."""

    RANGE_PARSERS: ClassVar = {
        **DuckDBParser.RANGE_PARSERS,
        TokenType.TILDE: binary_range_parser(exp.RegexpFullMatch),
    }


def parse(sql: str) -> exp.Query:
    """Return the tree of one query in DuckDB's dialect, checked by the sandbox, without comments.

    Raises BadQuery: too long, too deep, not one statement, no query, or something not allowed.
    """
    if len(sql) > SQL_LENGTH_MAX:
        raise BadQuery("too_long", length_max=SQL_LENGTH_MAX)
    if found := _CONTROL.search(sql):
        raise BadQuery("character", code=f"U+{ord(found[0]):04X}", position=found.start() + 1)
    try:
        tree = _one_query(sql)
        sandbox.check(tree)
    except RecursionError:
        raise BadQuery("too_deep", depth_max=sandbox.DEPTH_MAX) from None
    return tree


def parse_trusted(sql: str) -> exp.Query:
    """Return the tree of a query of our own, which is not held against the allow-list."""
    return _one_query(sql)


def tables(tree: exp.Expr) -> set[str]:
    """Return the names of the datasets a query reads, as written."""
    return {table.name for table in references(tree)}


def references(tree: exp.Expr) -> Iterator[exp.Table]:
    """Yield each place where a dataset is named, in no order: tables that are no CTE's name.

    A name is taken for a CTE only where DuckDB would: within the query that defines it, after it,
    and not in its own definition. Case does not matter.
    """
    stack: list[tuple[exp.Expr, frozenset[str]]] = [(tree, frozenset())]
    while stack:
        node, known = stack.pop()
        definitions = node.args.get("with_")
        for definition in definitions.expressions if definitions else ():
            stack.append((definition.this, known))
            known |= {definition.alias.casefold()}
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            is_definition = not node.db and node.name.casefold() in known
            if not is_definition:
                yield node
        stack.extend(
            (child, known) for child in node.iter_expressions() if child is not definitions
        )


def to_sql(tree: exp.Expr) -> str:
    """Render a tree for DuckDB: one line, every identifier quoted, no comments.

    Quoting takes away every other meaning a name could have, such as a keyword's or a function's.
    Raises BadQuery for what cannot be said in DuckDB's dialect.
    """
    try:
        return tree.sql(
            DuckDB, identify=True, comments=False, unsupported_level=ErrorLevel.IMMEDIATE
        )
    except UnsupportedError as error:
        raise BadQuery("unreadable", problem=str(error)[:200]) from None
    except RecursionError:
        raise BadQuery("too_deep", depth_max=sandbox.DEPTH_MAX) from None


def is_ordered(tree: exp.Query) -> bool:
    """Tell whether the rows come in an order that the query asks for."""
    while isinstance(tree, exp.Subquery) and not tree.args.get("order"):
        tree = tree.this
    return tree.args.get("order") is not None


def parse_condition(sql: str) -> exp.Expr:
    """Return the tree of one condition over the columns of a row. Raises BadQuery."""
    tree = _one_query(f"SELECT 1 WHERE {sql}")
    where = tree.args.get("where")
    used = {name for name, value in tree.args.items() if value}
    if where is None or used != {"expressions", "where"}:
        raise BadQuery("not_allowed", what=", ".join(sorted(used - {"expressions", "where"})))
    condition: exp.Expr = where.this.pop()
    sandbox.check_condition(condition)
    return condition


def _one_query(sql: str) -> exp.Query:
    dialect = DuckDB()
    try:
        tokens = dialect.tokenize(sql)
        if len(tokens) > TOKENS_MAX:
            raise BadQuery("too_many_words", words_max=TOKENS_MAX)
        _check_brackets(tokens)
        parser = _Parser(dialect=dialect)
        trees = [tree for tree in parser.parse(tokens, sql) if tree is not None]
    except ParseError as error:
        raise _bad_syntax(error) from None
    except SqlglotError as error:
        raise BadQuery("unreadable", problem=str(error).splitlines()[0][:200]) from None
    if len(trees) != 1:
        raise BadQuery("statements", count=len(trees))
    tree = trees[0]
    if not isinstance(tree, exp.Query):
        raise BadQuery("not_a_query", what=tree.key.upper())
    return tree


def _check_brackets(tokens: list[Token]) -> None:
    """Refuse what the parser would take seconds over: deep brackets, and chains of `a[1][1]...`."""
    depth = chained = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        chained += (
            before is not None
            and before.token_type is TokenType.R_BRACKET
            and token.token_type is TokenType.L_BRACKET
        )
        if max(depth, chained) > BRACKETS_MAX:
            raise BadQuery("too_deep", depth_max=BRACKETS_MAX)


def _bad_syntax(error: ParseError) -> BadQuery:
    where = error.errors[0] if error.errors else {}
    return BadQuery(
        "syntax",
        line=where.get("line", 1),
        column=where.get("col", 1),
        near=str(where.get("highlight", ""))[:40],
    )

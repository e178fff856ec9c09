"""Fills any table: values are made from its columns' types and its constraints' own words."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import namedtuple_row

ROWS = 2
TRIES_MAX = 400

_VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "'cherry-{n}'",
    "bytea": "decode(lpad(to_hex({n}), 64, '0'), 'hex')",
    "jsonb": "'{{}}'",
    "json": "'{{}}'",
    "bool": "false",
    "timestamptz": "now()",
    "interval": "interval '1 hour'",
    "date": "current_date",
}
_NUMBER = "{n}"
_numbers = itertools.count(1)


def tables(superuser: psycopg.Connection) -> list[str]:
    query = "select tablename from pg_tables where schemaname = 'public' order by 1"
    return [name for (name,) in superuser.execute(query) if name != "alembic_version"]


def fill(superuser: psycopg.Connection, table: str) -> int:
    """Insert rows, without asking what refers to what; return how many the table then has."""
    superuser.execute("set session_replication_role = replica")
    columns = list(_columns(superuser, table))
    for _ in range(ROWS):
        _insert(superuser, table, columns, next(_numbers))
    row = superuser.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table)))
    return int(next(iter(row))[0])


def _columns(superuser: psycopg.Connection, table: str) -> Iterator[Any]:
    cursor = superuser.cursor(row_factory=namedtuple_row)
    yield from cursor.execute(
        """select attname as name, attnum as number, attnotnull as required,
                  typname as kind, typcategory as category
             from pg_attribute join pg_type on pg_type.oid = atttypid
            where attrelid = %s::regclass and attnum > 0 and not attisdropped
              and attgenerated = '' and attidentity = ''""",
        (table,),
    )


def _insert(superuser: psycopg.Connection, table: str, columns: list[Any], number: int) -> None:
    chosen = {each.name: _value(each, number) for each in columns}
    for _ in range(TRIES_MAX):
        try:
            _try(superuser, table, chosen)
        except psycopg.errors.CheckViolation as error:
            chosen |= _satisfying(superuser, table, columns, chosen, error, number)
        else:
            return
    raise AssertionError(f"{table} could not be filled: {chosen}")


def _try(superuser: psycopg.Connection, table: str, chosen: dict[str, str]) -> None:
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, chosen)),
        sql.SQL(", ").join(map(sql.SQL, chosen.values())),
    )
    with superuser.transaction():
        superuser.execute(statement)


def _value(column: Any, number: int) -> str:
    if column.category == "A":
        return "'{}'"
    return _VALUES.get(column.kind, _NUMBER).format(n=number)


def _satisfying(
    superuser: psycopg.Connection,
    table: str,
    columns: list[Any],
    chosen: dict[str, str],
    error: psycopg.errors.CheckViolation,
    number: int,
) -> dict[str, str]:
    """Return values for the columns of a constraint that satisfy it, found by trying."""
    row = superuser.execute(
        "select conkey, pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = %s::regclass and conname = %s",
        (table, error.diag.constraint_name),
    ).fetchone()
    assert row is not None
    concerned = [each for each in columns if each.number in row[0]]
    candidates = [list(_candidates(each, row[1], number)) for each in concerned]
    for values in itertools.islice(itertools.product(*candidates), TRIES_MAX):
        tried = dict(zip((each.name for each in concerned), values, strict=True))
        try:
            with superuser.transaction(force_rollback=True):
                _try(superuser, table, chosen | tried)
        except psycopg.errors.CheckViolation as again:
            if again.diag.constraint_name == error.diag.constraint_name:
                continue
        return tried
    raise AssertionError(f"{table}: nothing satisfies {row[1]}")


def _candidates(column: Any, constraint: str, number: int) -> Iterator[str]:
    yield _value(column, number)
    for literal in re.findall(r"'((?:[^']|'')*)'", constraint):
        yield f"'{literal}'"
    for length in re.findall(r"\b(\d+)\b", constraint):
        yield (
            f"decode(lpad(to_hex({number}), {2 * int(length)}, '0'), 'hex')"
            if column.kind == "bytea"
            else f"{length}"
        )
    if not column.required:
        yield "null"

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
    seen = [chosen]
    for _ in range(TRIES_MAX):
        violated = _violated(superuser, table, chosen)
        if violated is None:
            _try(superuser, table, chosen)
            return
        for change in _changes(superuser, table, columns, violated, number):
            changed = chosen | change
            if changed not in seen and _violated(superuser, table, changed) != violated:
                chosen = changed
                seen.append(chosen)
                break
        else:
            raise AssertionError(f"{table}: nothing satisfies {violated}")
    raise AssertionError(f"{table} could not be filled: {chosen}")


def _violated(superuser: psycopg.Connection, table: str, chosen: dict[str, str]) -> str | None:
    """Return the name of the first constraint that a row would violate."""
    try:
        with superuser.transaction(force_rollback=True):
            _try(superuser, table, chosen)
    except psycopg.errors.CheckViolation as error:
        return error.diag.constraint_name
    return None


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


def _changes(
    superuser: psycopg.Connection, table: str, columns: list[Any], constraint: str, number: int
) -> Iterator[dict[str, str]]:
    """Yield values for the columns of a constraint, some of which should satisfy it."""
    row = superuser.execute(
        "select conkey, pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = %s::regclass and conname = %s",
        (table, constraint),
    ).fetchone()
    assert row is not None
    concerned = [each for each in columns if each.number in row[0]]
    candidates = [list(_candidates(each, row[1], number)) for each in concerned]
    for values in itertools.islice(itertools.product(*candidates), TRIES_MAX):
        yield dict(zip((each.name for each in concerned), values, strict=True))


def _candidates(column: Any, constraint: str, number: int) -> Iterator[str]:
    yield _value(column, number)
    if not column.required:
        yield "null"
    lengths = re.findall(r"\b(\d+)\b", constraint)
    if column.category == "S":
        yield f"repeat(md5('{number}'), 2)"  # a digest's 64 digits
        yield from (f"'{each}'" for each in re.findall(r"'((?:[^']|'')*)'", constraint))
    elif column.category == "N":
        yield from lengths
    elif column.kind == "bytea":
        yield from (f"decode(lpad(to_hex({number}), {2 * int(n)}, '0'), 'hex')" for n in lengths)

"""Pieces of the queries that show a finding, with every name and value quoted."""

import datetime
import decimal
import math

MAGNITUDE_MAX = 1e100
"""Numbers beyond it, infinities among them, are left out: their squares overflow."""
_FLOATS = ("float", "double", "halffloat")


def name(identifier: str) -> str:
    """Quote a table's or column's name."""
    return '"' + identifier.replace('"', '""') + '"'


def value(given: object) -> str:
    """Write a value (text, number, boolean, date) as a literal."""
    if given is None:
        return "NULL"
    if isinstance(given, bool):
        return "TRUE" if given else "FALSE"
    if isinstance(given, int | decimal.Decimal):
        return str(given)
    if isinstance(given, float):
        # A bare 0.1 is a DECIMAL, and need not become the same DOUBLE.
        return f"CAST('{float(given)!r}' AS DOUBLE)"
    kind = "DATE " if isinstance(given, datetime.date) else ""
    return kind + "'" + str(given).replace("'", "''") + "'"


def is_value(column: str, given: object) -> str:
    """Write the condition that a column has a value; true or false, never NULL."""
    return f"{name(column)} IS NOT DISTINCT FROM {value(given)}"


def is_not_value(column: str, given: object) -> str:
    """Write the opposite condition."""
    return f"{name(column)} IS DISTINCT FROM {value(given)}"


def number(column: str, arrow_type: str, bounds: tuple[float, float] | None = None) -> str:
    """Write a column as a number; NULL where it is not finite, or lies outside of `bounds`."""
    cast = f"CAST({name(column)} AS DOUBLE)"
    conditions = []
    if arrow_type in _FLOATS:
        conditions.append(f"abs({cast}) < {MAGNITUDE_MAX!r}")
    if bounds and math.isfinite(bounds[0]):
        conditions.append(f"{cast} >= {value(bounds[0])}")
    if bounds and math.isfinite(bounds[1]):
        conditions.append(f"{cast} <= {value(bounds[1])}")
    if not conditions:
        return cast
    return f"CASE WHEN {' AND '.join(conditions)} THEN {cast} END"


def moment(column: str, arrow_type: str) -> str:
    """Write a time column as a date or plain timestamp; with a time zone, as that of UTC.

    A year that is kept as a number is its first day.
    """
    if not arrow_type.startswith(("date", "timestamp")):
        return f"make_date(CAST({name(column)} AS INTEGER), 1, 1)"
    return f"({name(column)} AT TIME ZONE 'UTC')" if "tz=" in arrow_type else name(column)


def select(columns: dict[str, str], source: str, where: str = "") -> str:
    """Write a query: what to show by name, from what, which rows."""
    shown = ", ".join(f"{expression} AS {name(alias)}" for alias, expression in columns.items())
    condition = f" WHERE {where}" if where else ""
    return f"SELECT {shown} FROM {source}{condition}"  # noqa: S608 - every part is quoted above


def rows(table: str, where: str) -> str:
    """Write the query for the rows behind a finding."""
    return f"SELECT * FROM {name(table)} WHERE {where}"  # noqa: S608 - every part is quoted above

"""The column types that versions have, as text and back."""

import re

import pyarrow as pa

from morello.kernel.values import Column

_DECIMAL = re.compile(r"decimal128\(([0-9]+), ([0-9]+)\)")
_PLAIN = {
    str(kind): kind
    for kind in (
        pa.bool_(),
        pa.int64(),
        pa.float64(),
        pa.string(),
        pa.binary(),
        pa.date32(),
        pa.time64("us"),
        pa.timestamp("us"),
        pa.timestamp("us", "UTC"),
    )
}


def arrow_type(name: str) -> pa.DataType:
    """Return the Arrow type of a column's type name."""
    if name in _PLAIN:
        return _PLAIN[name]
    found = _DECIMAL.fullmatch(name)
    assert found is not None, f"{name} is no type of a version"
    return pa.decimal128(int(found[1]), int(found[2]))


def arrow_schema(columns: tuple[Column, ...]) -> pa.Schema:
    """Return the Arrow schema of a version's columns."""
    return pa.schema([(column.name, arrow_type(column.type)) for column in columns])

"""A small result table."""

import base64
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Column(BaseModel):
    """A column's name and Arrow type, such as `int64`, `string`, `timestamp[us]`."""

    name: str
    type: str


class Table(BaseModel):
    """A small result table, as rows of plain values in the order of `columns`."""

    model_config = ConfigDict(ser_json_inf_nan="strings")

    columns: list[Column]
    rows: list[list[Any]]
    truncated: bool = False
    """Whether there were more rows than are shown."""

    @classmethod
    def from_arrow(cls, table: Any, *, truncated: bool = False) -> Self:
        """Take a pyarrow Table or RecordBatch; bytes become base64 text."""
        columns = [Column(name=field.name, type=str(field.type)) for field in table.schema]
        values = [[_plain(value) for value in column.to_pylist()] for column in table.columns]
        rows = [list(row) for row in zip(*values, strict=True)]
        return cls(columns=columns, rows=rows, truncated=truncated)


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value

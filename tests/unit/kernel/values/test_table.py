import pyarrow as pa

from morello.kernel.values import Table


def test_a_table_is_plain_rows() -> None:
    table = Table.from_arrow(pa.table({"a": [1, None], "b": [b"\0", b"x"]}))
    assert [column.type for column in table.columns] == ["int64", "binary"]
    assert table.rows == [[1, "AA=="], [None, "eA=="]]
    assert Table.model_validate_json(table.model_dump_json()) == table

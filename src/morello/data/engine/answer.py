"""Runs a plan over a locked connection: in a worker process, or here."""

import contextlib
import io
import secrets
from collections.abc import Callable, Iterator

import duckdb
import pyarrow as pa

from morello.data.engine.connection import name, open_connection, read_parquet
from morello.data.engine.failures import translate
from morello.data.engine.plan import SCHEMA, Plan
from morello.kernel.errors import BadQuery, TooLarge

RESULT_BYTES_MAX = 128 << 20
"""Largest result of one query, in memory."""
_BATCH_ROWS = 2048
_HUGE = pa.decimal128(38, 0)
"""What DuckDB's HUGEINT becomes, which is the type of every sum of integers."""


def answer(payload: tuple[Plan, int, int, int], report: Callable[[bytes], None]) -> bytes:  # noqa: ARG001 - every worker function is given one
    """Run (plan, rows_max, threads, memory_max_bytes) and return an Arrow IPC stream.

    It holds one row more than `rows_max` where there were more. Runs in a worker process.
    """
    plan, rows_max, threads, memory_max_bytes = payload
    with (
        translating(plan, memory_max_bytes),
        open_plan(plan, threads=threads, memory_max_bytes=memory_max_bytes) as connection,
    ):
        table = fetch(connection, plan, rows_max=rows_max)
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def open_plan(plan: Plan, *, threads: int, memory_max_bytes: int) -> duckdb.DuckDBPyConnection:
    """Open a connection that has the plan's datasets as views, and nothing else."""
    keys = {secrets.token_hex(8): source.key for source in plan.sources}
    connection = open_connection(
        files=[path for source in plan.sources for path in source.files],
        keys=keys,
        threads=threads,
        memory_max_bytes=memory_max_bytes,
    )
    connection.execute(f"CREATE SCHEMA {SCHEMA}")
    for source, key in zip(plan.sources, keys, strict=True):
        columns = ", ".join(name(column) for column in source.columns)
        rows = f"SELECT {columns} FROM {read_parquet(source.files, key, source.part)}"  # noqa: S608 - names and paths are quoted
        connection.execute(f"CREATE VIEW {SCHEMA}.{name(source.name)} AS {rows}")
    return connection


def stream(
    connection: duckdb.DuckDBPyConnection, plan: Plan, *, batch_rows: int
) -> pa.RecordBatchReader:
    """Start the plan and return its rows as they come. Raises DuckDB's errors, or OSError."""
    statements = connection.extract_statements(plan.sql)
    if [each.type for each in statements] != [duckdb.StatementType.SELECT]:
        raise BadQuery("statements", count=len(statements))
    return connection.sql(plan.sql).to_arrow_reader(batch_rows)


def fetch(connection: duckdb.DuckDBPyConnection, plan: Plan, *, rows_max: int) -> pa.Table:
    """Return the first `rows_max + 1` rows. Raises TooLarge (result) and what `stream` raises."""
    taken: list[pa.RecordBatch] = []
    rows, size = 0, 0
    reader = stream(connection, plan, batch_rows=_BATCH_ROWS)
    for field in reader.schema:
        _check_names(field.type)
    for batch in reader:
        rows += batch.num_rows
        size += batch.nbytes
        if size > RESULT_BYTES_MAX:
            raise TooLarge("result", bytes_max=RESULT_BYTES_MAX)
        taken.append(batch)
        if rows > rows_max:
            break
    return _in_whole_numbers(pa.Table.from_batches(taken, reader.schema).slice(0, rows_max + 1))


@contextlib.contextmanager
def translating(plan: Plan, memory_max_bytes: int) -> Iterator[None]:
    """Turn DuckDB's errors inside the block into ours."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise translate(str(error), plan, memory_max_bytes=memory_max_bytes) from None


def _check_names(kind: pa.DataType) -> None:
    """Refuse rows within rows whose fields cannot be told apart, such as `(1, 2)`."""
    children = [kind.field(index) for index in range(kind.num_fields)]
    names = {child.name for child in children}
    if len(names) < len(children):
        raise BadQuery("unnamed_fields")
    for child in children:
        _check_names(child.type)


def _in_whole_numbers(table: pa.Table) -> pa.Table:
    """Give sums of integers as integers, where they fit in 64 bits."""
    for index, field in enumerate(table.schema):
        if field.type == _HUGE:
            with contextlib.suppress(pa.ArrowInvalid):
                column = table.column(index).cast(pa.int64())
                table = table.set_column(index, field.name, column)
    return table

"""The second wall alone: what DuckDB itself refuses on our connections, whatever the SQL."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from morello.data.catalog.version import PinnedVersion
from morello.data.engine.answer import open_plan, stream
from morello.data.engine.connection import open_connection, read_parquet, text, write_options
from morello.data.engine.plan import Plan, inside
from morello.data.engine.prepare import prepare
from morello.data.engine.query import parse
from morello.kernel.errors import BadQuery, Unavailable


@pytest.fixture
def locked(people: PinnedVersion) -> Iterator[duckdb.DuckDBPyConnection]:
    """What a query over `people` runs on, and nothing checks what is asked of it."""
    plan = prepare(parse("FROM people"), {"people": people})
    with open_plan(plan, threads=1, memory_max_bytes=1 << 28) as connection:
        yield connection


def test_it_reads_what_it_was_opened_for(locked: duckdb.DuckDBPyConnection) -> None:
    assert locked.execute("SELECT count(*) FROM data.people").fetchall() == [(1000,)]


@pytest.mark.parametrize(
    "sql",
    [
        "FROM read_csv('/etc/passwd')",
        "FROM read_text('/etc/passwd')",
        "FROM read_blob('/proc/self/environ')",
        "FROM '/etc/passwd'",
        "FROM 'people-0.parquet'",
        "FROM glob('/*')",
        "FROM glob('*')",
        "FROM sniff_csv('/etc/passwd')",
        "FROM read_json('/etc/passwd')",
        "FROM 'http://127.0.0.1:1/x.csv'",
        "FROM read_parquet('s3://bucket/x.parquet')",
        "ATTACH '/tmp/x.db'",
        "ATTACH '/tmp/x.db' (READ_ONLY)",
        "COPY data.people TO '/tmp/morello-out.csv'",
        "COPY data.people TO '/dev/stdout'",
        "EXPORT DATABASE '/tmp/morello-out'",
        "IMPORT DATABASE '/tmp'",
        "INSTALL spatial",
        "LOAD '/tmp/evil.duckdb_extension'",
        "LOAD spatial",
        "SET memory_limit = '100GB'",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET allowed_paths = ['/etc/passwd']",
        "SET lock_configuration = false",
        "SET temp_directory = '/tmp'",
        "SET threads = 64",
        "SET allow_unsigned_extensions = true",
        "SET autoinstall_known_extensions = true",
        "RESET memory_limit",
        "PRAGMA memory_limit = '100GB'",
        "SET log_query_path = '/tmp/log'",
        "SELECT getenv('HOME')",
        "CREATE PERSISTENT SECRET (TYPE s3)",
    ],
)
def test_duckdb_refuses(locked: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(duckdb.Error):
        locked.execute(sql).fetchall()


@pytest.mark.limitation
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM duckdb_settings()",
        "SELECT sql FROM duckdb_views()",
        "PRAGMA add_parquet_key('mine', '0123456789112345')",
        "PRAGMA enable_profiling",
        "CREATE TABLE x AS SELECT 1",
        "FROM query('SELECT 1')",
        "SELECT current_setting('memory_limit')",
    ],
)
def test_duckdb_alone_answers_these_so_the_first_wall_is_needed(
    locked: duckdb.DuckDBPyConnection, sql: str
) -> None:
    locked.execute(sql)
    with pytest.raises(BadQuery):
        parse(sql)


def test_variables_of_ours_are_no_tables(locked: duckdb.DuckDBPyConnection) -> None:
    secrets_of_ours = locked.execute("SELECT 1 AS x").to_arrow_table()
    assert secrets_of_ours.num_rows == 1
    with pytest.raises(duckdb.CatalogException):
        locked.execute("SELECT * FROM secrets_of_ours")


@pytest.mark.parametrize("way", ["direct", "dots", "link", "linked folder"])
def test_another_organization_is_out_of_reach(
    locked: duckdb.DuckDBPyConnection, lake: Path, theirs: PinnedVersion, way: str
) -> None:
    path = str(theirs.files[0])
    if way == "dots":
        path = f"{lake}/ours/../theirs/{theirs.files[0].name}"
    if way == "link":
        path = f"{lake}/ours/link.parquet"
        Path(path).symlink_to(theirs.files[0])
    if way == "linked folder":
        (lake / "ours" / "folder").symlink_to(lake / "theirs")
        path = f"{lake}/ours/folder/{theirs.files[0].name}"
    locked.execute(
        "PRAGMA add_parquet_key('theirs', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=')"
    )
    with pytest.raises(duckdb.PermissionException):
        locked.execute(f"FROM {read_parquet([Path(path)], 'theirs')}").fetchall()


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_version_may_not_lead_out_of_its_folder(
    tmp_path: Path, people: PinnedVersion, theirs: PinnedVersion, link: str
) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    if link == "file":
        (folder / "x.parquet").symlink_to(theirs.files[0])
        path = folder / "x.parquet"
    else:
        (folder / "sub").symlink_to(theirs.folder)
        path = folder / "sub" / theirs.files[0].name
    moved = people.model_copy(update={"folder": folder, "files": (path,)})
    with pytest.raises(Unavailable):
        prepare(parse("FROM people"), {"people": moved})


@pytest.mark.parametrize("name", ["../x", "gone.parquet", ".", "/etc/passwd"])
def test_only_files_inside_are_inside(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    (tmp_path / "x").write_text("out")
    with pytest.raises(Unavailable):
        inside(folder, folder / name)


def test_a_folder_is_not_the_start_of_another_ones_name(tmp_path: Path) -> None:
    for name in ("org1", "org10"):
        (tmp_path / name).mkdir()
    with open_connection(folder=tmp_path / "org1", keys={"k": bytes(32)}) as connection:
        copy = "COPY (SELECT 1) TO {} {}"
        mine = text(f"{tmp_path}/org1/a.parquet")
        connection.execute(copy.format(mine, write_options("k")))
        for other in (f"{tmp_path}/org10/a.parquet", f"{tmp_path}/org1/../org10/a.parquet"):
            with pytest.raises(duckdb.PermissionException):
                connection.execute(copy.format(text(other), write_options("k")))


def test_files_are_encrypted(people: PinnedVersion) -> None:
    content = people.files[0].read_bytes()
    assert content.startswith(b"PARE")
    assert b"canary" not in content
    assert b"salary" not in content


@pytest.mark.parametrize(
    "sql", ["SELECT 1; SELECT 2", "CREATE TABLE x AS SELECT 1", "SET threads = 1", ""]
)
def test_only_one_query_ever_runs(locked: duckdb.DuckDBPyConnection, sql: str) -> None:
    plan = Plan(sql=sql, sources=(), visible=(), is_guarded=False)
    with pytest.raises(BadQuery):
        stream(locked, plan, batch_rows=10)

"""What every test run obeys: a skip can be made a failure, and how it went can be kept.

Also what tests of the server stand on: a PostgreSQL of each test process, and in it a migrated
database for each test that asks for one.
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import itertools
import json
import os
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from morello.kernel.clock import SystemClock
from morello.kernel.ids import new_id
from morello.storage.postgres.database import Database
from morello.storage.postgres.embedded.account import Account
from morello.storage.postgres.embedded.cluster import OWNER, SUPERUSER, Cluster
from morello.storage.postgres.migrate import migrate
from morello.storage.postgres.server import EmbeddedServer
from morello.storage.postgres.urls import Urls

_CLOCK = SystemClock()
_numbers = itertools.count()
_STARTED_S = _CLOCK.monotonic()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fail-on-skip", action="store_true", help="a skipped test makes the run fail"
    )
    parser.addoption("--outcome", type=Path, help="a file to write how the run went into, as JSON")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    path, reporter = (
        config.getoption("--outcome"),
        config.pluginmanager.get_plugin("terminalreporter"),
    )
    if path is not None and reporter is not None:
        path.write_text(json.dumps(_outcome(reporter.stats), indent=1) + "\n", encoding="utf-8")


def _outcome(stats: dict[str, list[Any]]) -> dict[str, object]:
    """Say when, on which commit, and how many tests went which way."""
    told = {name: len(stats.get(name, [])) for name in ("passed", "failed", "error", "skipped")}
    return {
        "date": _CLOCK.now().date().isoformat(),
        "commit": _git("rev-parse", "HEAD"),
        "changed_since": bool(_git("status", "--porcelain", "--untracked-files=no")),
        **told,
        "not_passed": sorted(
            each.nodeid for name in ("failed", "error", "skipped") for each in stats.get(name, [])
        ),
        "figures": {
            each.nodeid: dict(each.user_properties)
            for each in stats.get("passed", [])
            if each.user_properties
        },
        "seconds": round(_CLOCK.monotonic() - _STARTED_S),
    }


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()  # noqa: S603 - constant arguments


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if not session.config.getoption("--fail-on-skip") or exitstatus != pytest.ExitCode.OK:
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes do not name a test: packed ones hold the time, and no two processes would agree."""
    return argname if isinstance(val, bytes) else None


_TEST_HOMES_MAX = 64
_TEST_SETTINGS = {
    "fsync": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "128MB",
    "min_wal_size": "32MB",
    "scram_iterations": "1",
}
_IN_MEMORY = Path("/dev/shm")
_IN_MEMORY_BYTES_MIN = 2 << 30
_ROOT = Path(__file__).parents[1]


@dataclasses.dataclass(frozen=True)
class Postgres:
    """The test run's server: nothing in it lasts, and nothing is synced to the disk."""

    urls: Urls
    """Of its empty database; a test asks for `database_urls` of its own."""
    template: str
    superuser: psycopg.Connection
    password: str

    def make_database(self, name: str, *, migrated: bool = True) -> Urls:
        """Make a database, of the migrated template or empty."""
        template = self.template if migrated else "template1"
        self.run(f"create database {name} owner {OWNER} template {template} strategy file_copy")
        return self.urls_of(name)

    def drop_database(self, name: str) -> None:
        self.run(f"drop database if exists {name} with (force)")

    def urls_of(self, name: str) -> Urls:
        return Urls(
            *(url.replace("/morello?", f"/{name}?") for url in (self.urls.owner, self.urls.app))
        )

    def as_superuser(self, urls: Urls) -> str:
        """Return the URL of a database as the server's superuser."""
        return _as_superuser(urls, self.password)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        cursor = self.superuser.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give a server of this process, with a migrated database to copy; kept from run to run."""
    with _test_home() as home:
        server = EmbeddedServer(home, _TEST_SETTINGS)
        urls = server.start()
        try:
            template = f"template_{_migrations_digest()}"
            password = Cluster(home / "postgres", Account.of_server()).passwords()[SUPERUSER]
            with psycopg.connect(_as_superuser(urls, password), autocommit=True) as superuser:
                yield _with_template(Postgres(urls, template, superuser, password))
        finally:
            server.stop()


@pytest.fixture
def database_urls(postgres: Postgres) -> Iterator[Urls]:
    """Give the URLs of a migrated database that is this test's alone."""
    name = f"test_{next(_numbers)}"
    yield postgres.make_database(name)
    postgres.drop_database(name)


@pytest.fixture
async def database(database_urls: Urls) -> AsyncIterator[Database]:
    """Give a migrated database, reached as the app's role."""
    database = await Database.open(database_urls.app)
    yield database
    await database.close()


@pytest.fixture
async def organization_id(database: Database) -> uuid.UUID:
    """Give an organization that is in the database."""
    made = new_id()
    async with database.transaction(made, alone=True) as connection:
        await connection.execute(
            "insert into organization (id, name, slug, created_at) values (%s, %s, %s, %s)",
            (made, "Cherry Farm", f"farm-{made}", _CLOCK.now()),
        )
    return made


@contextlib.contextmanager
def _test_home() -> Iterator[Path]:
    """Give a home that no other process uses; a killed run's server is found in it and goes on."""
    checkout = hashlib.sha256(str(_ROOT).encode()).hexdigest()[:8]
    folder = _fast_folder() / f"morello-tests-{os.getuid()}-{checkout}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in range(_TEST_HOMES_MAX):
        with (folder / f"{number}.lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield folder / str(number)
            return
    raise AssertionError(f"all {_TEST_HOMES_MAX} servers for tests are in use")


def _as_superuser(urls: Urls, password: str) -> str:
    return psycopg.conninfo.make_conninfo(urls.owner, user=SUPERUSER, password=password)


def _fast_folder() -> Path:
    """Choose memory over the disk: a database is a thousand small files."""
    try:
        space = os.statvfs(_IN_MEMORY)
    except OSError:
        return Path(tempfile.gettempdir())
    is_roomy = space.f_bavail * space.f_frsize >= _IN_MEMORY_BYTES_MIN
    return _IN_MEMORY if is_roomy else Path(tempfile.gettempdir())


def _migrations_digest() -> str:
    folder = _ROOT / "src" / "morello" / "storage" / "postgres" / "migrations"
    content = b"".join(path.read_bytes() for path in sorted(folder.rglob("*.py")))
    return hashlib.sha256(content).hexdigest()[:16]


def _with_template(postgres: Postgres) -> Postgres:
    """Remove what earlier runs left and make the template, unless it is there."""
    found = {name for (name,) in postgres.run("select datname from pg_database")}
    for name in found:
        if name.startswith(("test_", "template_")) and name != postgres.template:
            postgres.drop_database(name)
    if postgres.template not in found:
        migrate(postgres.make_database("test_part", migrated=False))
        postgres.run(f"alter database test_part rename to {postgres.template}")
    return postgres

"""An embedded server of these tests' own, small and quick to start."""

from collections.abc import Iterator

import psycopg
import pytest

from morello.storage.postgres.server import EmbeddedServer

LIGHT = {"shared_buffers": "16MB", "max_wal_size": "64MB", "min_wal_size": "32MB"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """Give a server that is made once; each test starts it as it needs."""
    server = EmbeddedServer(tmp_path_factory.mktemp("home"), LIGHT)
    server.start()
    server.stop()
    yield server
    server.stop()


@pytest.fixture
def server(made: EmbeddedServer) -> Iterator[EmbeddedServer]:
    yield made
    made.stop()


def ask(url: str, query: str = "select 1") -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row is not None else None

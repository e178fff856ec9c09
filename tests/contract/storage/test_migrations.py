"""Every step is tried on a database that is in use: all its tables hold something."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from morello.storage.postgres.migrate import migrate, newest_step
from morello.storage.postgres.urls import Urls

from ...conftest import Postgres
from .filling import ROWS, fill, tables

STEPS = [f"{number:04}" for number in range(1, int(newest_step()) + 1)]


@pytest.fixture
def empty_urls(postgres: Postgres) -> Iterator[Urls]:
    yield postgres.make_database("test_empty", migrated=False)
    postgres.drop_database("test_empty")


def counts(superuser: psycopg.Connection) -> dict[str, int]:
    found = {}
    for table in tables(superuser):
        ((found[table],),) = superuser.execute(f"select count(*) from {table}")  # noqa: S608 - ours
    return found


@pytest.mark.slow
def test_each_step_keeps_what_the_ones_before_it_hold(postgres: Postgres, empty_urls: Urls) -> None:
    superuser_url = postgres.as_superuser(empty_urls)
    kept: dict[str, int] = {}
    for step in STEPS:
        migrate(empty_urls, step)
        with psycopg.connect(superuser_url, autocommit=True) as superuser:
            assert counts(superuser).items() >= kept.items()
            for table in tables(superuser):
                assert fill(superuser, table) >= ROWS, f"{step}: {table}"
            kept = counts(superuser)
    assert len(kept) >= 10


def test_there_is_nothing_left_to_do(postgres: Postgres, database_urls: Urls) -> None:
    with psycopg.connect(database_urls.owner) as owner:
        query = "select version_num from alembic_version"
        assert owner.execute(query).fetchone() == (newest_step(),)
    migrate(database_urls)


def test_steps_only_go_forward() -> None:
    folder = Path(__file__).parents[3] / "src/morello/storage/postgres/migrations/versions"
    texts = [path.read_text() for path in sorted(folder.glob("m0*.py"))]
    assert not any("def downgrade" in text for text in texts)
    for number, text in enumerate(texts, start=1):
        before = f'"{number - 1:04}"' if number > 1 else "None"
        assert f'\nrevision = "{number:04}"\ndown_revision = {before}\n' in text

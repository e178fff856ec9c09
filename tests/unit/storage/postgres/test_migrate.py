import concurrent.futures
from collections.abc import Iterator

import psycopg
import pytest

from morello.kernel.errors import Unavailable
from morello.storage.postgres import migrate as migrate_module
from morello.storage.postgres.migrate import migrate, newest_step
from morello.storage.postgres.urls import Urls

from ....conftest import Postgres

MEMBERSHIPS = """
    select roleid::regrole::text from pg_auth_members
     where member = 'morello_login'::regrole and set_option order by 1"""


@pytest.fixture
def empty_urls(postgres: Postgres) -> Iterator[Urls]:
    yield postgres.make_database("test_migrate", migrated=False)
    postgres.drop_database("test_migrate")


def step_of(urls: Urls) -> str:
    with psycopg.connect(urls.owner) as owner:
        row = owner.execute("select version_num from alembic_version").fetchone()
        assert row is not None
        return str(row[0])


def test_steps_run_up_to_the_newest(empty_urls: Urls) -> None:
    migrate(empty_urls, "0001")
    assert step_of(empty_urls) == "0001"
    migrate(empty_urls)
    assert step_of(empty_urls) == newest_step()
    with psycopg.connect(empty_urls.owner) as owner:
        members = [name for (name,) in owner.execute(MEMBERSHIPS)]
    assert members == ["morello_app", "morello_jobs", "morello_ledger"]


def test_two_who_start_at_once_do_it_once(empty_urls: Urls) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as others:
        with psycopg.connect(empty_urls.owner) as first:
            first.execute("select pg_advisory_lock(%s)", (migrate_module._LOCK,))
            second = others.submit(migrate, empty_urls, "0001")
            with pytest.raises(concurrent.futures.TimeoutError):
                second.result(timeout=0.3)
        second.result(timeout=10)
    assert step_of(empty_urls) == "0001"


def test_there_is_no_way_back(empty_urls: Urls) -> None:
    migrate(empty_urls, "0001")
    with psycopg.connect(empty_urls.owner) as owner:
        owner.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(Unavailable) as caught:
        migrate(empty_urls)
    assert caught.value.message.id == "error.unavailable.postgres_newer"


def test_an_old_server_is_refused(empty_urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate_module, "_VERSION_MIN", 990_000)
    with pytest.raises(Unavailable) as caught:
        migrate(empty_urls)
    assert caught.value.message.id == "error.unavailable.postgres_old"


def test_an_owner_without_rights_is_told(empty_urls: Urls) -> None:
    with pytest.raises(Unavailable) as caught:
        migrate(Urls(owner=empty_urls.app, app=empty_urls.app))
    assert caught.value.message.id == "error.unavailable.postgres_rights"


def test_a_database_that_is_not_there_is_unavailable(empty_urls: Urls) -> None:
    gone = Urls(owner=empty_urls.owner.replace("/test_migrate?", "/nowhere?"), app=empty_urls.app)
    with pytest.raises(Unavailable) as caught:
        migrate(gone)
    assert caught.value.message.id == "error.unavailable.database"
    password = str(psycopg.conninfo.conninfo_to_dict(gone.owner)["password"])
    assert password not in str(caught.value)

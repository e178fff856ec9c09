import pytest
from pydantic import SecretStr

from morello.kernel.errors import InvalidInput
from morello.kernel.settings import Settings
from morello.storage.postgres.urls import Urls, address, given_urls

OWNER = "postgresql://owner:cherry-pit@/farm?host=/run/postgresql"


def given(app: str, owner: str = OWNER) -> Urls | None:
    return given_urls(Settings(database_url=SecretStr(app), database_owner_url=SecretStr(owner)))


@pytest.fixture(autouse=True)
def _without_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGSSLMODE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


def test_without_urls_the_embedded_server_serves() -> None:
    assert given("", "") is None


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:cherry-pit@/farm?host=/run/postgresql",
        "postgresql://app:cherry-pit@localhost/farm",
        "postgresql://app:cherry-pit@127.0.0.1:5433/farm",
        "postgresql://app:cherry-pit@[::1]/farm",
        "host=127.8.9.1 user=app password=cherry-pit",
        "postgresql://app:cherry-pit@db.example/farm?sslmode=verify-full",
        "postgresql://app:cherry-pit@db.example/farm?sslmode=require",
    ],
)
def test_a_url_on_this_machine_or_with_tls_is_taken(url: str) -> None:
    assert given(url) == Urls(owner=OWNER, app=url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:cherry-pit@db.example/farm",
        "postgresql://app:cherry-pit@10.0.0.8/farm?sslmode=prefer",
        "postgresql://app:cherry-pit@localhost,db.example/farm?sslmode=disable",
        "postgresql://app:cherry-pit@localhost/farm?hostaddr=10.0.0.8",
        "postgresql://app:cherry-pit@/farm?service=elsewhere",
        "postgresql://app:cherry-pit@localhost.example/farm",
    ],
)
def test_a_url_beyond_this_machine_without_tls_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        given(url)
    assert caught.value.message.id == "error.invalid_input.database_tls"
    assert "cherry-pit" not in caught.value.in_words()


def test_the_environment_may_name_the_host_and_the_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://app:cherry-pit@/farm"
    assert given(url) is not None
    monkeypatch.setenv("PGHOST", "db.example")
    with pytest.raises(InvalidInput):
        given(url)
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert given(url) is not None


@pytest.mark.parametrize(
    ("app", "owner", "case"),
    [
        (OWNER, "", "database_urls"),
        ("", OWNER, "database_urls"),
        (OWNER, OWNER, "database_logins"),
        ("postgresql://app:cherry-pit@[localhost/farm", OWNER, "database_url"),
        ("cherry-pit", OWNER, "database_url"),
    ],
)
def test_what_does_not_fit_is_refused_without_the_password(app: str, owner: str, case: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        given(app, owner)
    assert caught.value.message.id == f"error.invalid_input.{case}"
    assert "cherry-pit" not in caught.value.in_words()


def test_an_address_shows_no_login() -> None:
    assert address("postgresql://app:cherry-pit@db.example:5433/farm") == "db.example:5433/farm"
    assert "cherry-pit" not in repr(given("host=localhost user=app password=cherry-pit"))

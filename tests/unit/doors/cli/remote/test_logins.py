from pathlib import Path

import pytest
from pydantic import SecretStr

from morello.doors.cli.remote import logins as module
from morello.doors.cli.remote.logins import Login, Logins, server_url
from morello.kernel.errors import InvalidInput, Unavailable


def login(url: str, key: str = "mor_secret") -> Login:
    return Login(url=url, organization="o", name="Ann", credential=SecretStr(key))


def test_the_last_server_is_current_and_the_key_its_owners_alone(tmp_path: Path) -> None:
    logins = Logins(tmp_path / "home")
    assert (logins.current, logins.all()) == (None, [])
    logins.keep(login("https://a"))
    logins.keep(login("https://b"))
    logins.keep(login("https://a", "mor_new"))
    assert [each.url for each in logins.all()] == ["https://b", "https://a"]
    assert logins.current is not None
    assert logins.current.credential.get_secret_value() == "mor_new"
    assert logins.path.stat().st_mode & 0o777 == 0o600
    assert "mor_new" not in repr(logins.current)
    assert [each.name for each in logins.path.parent.iterdir()] == ["login.json"]


def test_a_server_is_forgotten(tmp_path: Path) -> None:
    logins = Logins(tmp_path)
    assert logins.forget() is None
    logins.keep(login("https://a"))
    logins.keep(login("https://b"))
    assert logins.forget("https://c") is None
    assert logins.forget() == login("https://b")
    assert logins.current is None
    assert logins.forget("https://a") == login("https://a")
    assert logins.all() == []


def test_a_file_that_others_may_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    logins = Logins(tmp_path)
    logins.keep(login("https://a"))
    logins.path.chmod(0o640)
    with pytest.raises(Unavailable, match="chmod 600"):
        _ = logins.current
    logins.path.chmod(0o600)
    logins.path.write_text("{")
    with pytest.raises(Unavailable, match="not ours"):
        logins.all()


def test_a_home_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be used"):
        Logins(tmp_path / "file").keep(login("https://a"))


def test_there_is_an_end_to_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SERVERS_MAX", 1)
    logins = Logins(tmp_path)
    logins.keep(login("https://a"))
    logins.keep(login("https://a"))
    with pytest.raises(InvalidInput, match="logout"):
        logins.keep(login("https://b"))


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://morello.example.com/", "https://morello.example.com"),
        ("morello.example.com", "https://morello.example.com"),
        ("https://example.com:8443/morello/", "https://example.com:8443/morello"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://LOCALHOST:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://127.8.9.1", "http://127.8.9.1"),
    ],
)
def test_an_address_is_kept_in_one_form(given: str, url: str) -> None:
    assert server_url(given) == url


@pytest.mark.parametrize(
    "given",
    ["", "ftp://a", "https://", "https://a:b", "https://me:pw@a", "http://[::1", "x" * 600],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput, match="not the address"):
        server_url(given)


@pytest.mark.parametrize(
    "given", ["http://example.com", "http://10.0.0.1", "http://127.0.0.1.example.com"]
)
def test_nothing_goes_beyond_this_machine_in_the_clear(given: str) -> None:
    with pytest.raises(InvalidInput, match="in the clear"):
        server_url(given)

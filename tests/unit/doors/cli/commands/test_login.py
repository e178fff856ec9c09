import io
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from morello.doors.cli.remote import entering
from morello.doors.cli.remote.logins import Login, Logins


@pytest.fixture
def entered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was shown to which server."""
    shown: list[tuple[str, str]] = []

    async def enter(url: str, key: str, language: str) -> Login:
        shown.append((url, key))
        return Login(url=url, organization="o", name="Ann", credential=SecretStr(key))

    monkeypatch.setattr(entering, "entered", enter)
    monkeypatch.delenv("MORELLO_KEY", raising=False)
    return shown


@pytest.fixture
def logins(tmp_path: Path) -> Logins:
    return Logins(tmp_path / "home")


def give(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_the_key_comes_from_a_pipe(
    shell: Any,
    entered: list[tuple[str, str]],
    logins: Logins,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    give(monkeypatch, "mor_piped\n")
    assert shell("login", "http://127.0.0.1:8000") == 0
    assert entered == [("http://127.0.0.1:8000", "mor_piped")]
    assert logins.current is not None
    said = capsys.readouterr()
    assert "Ann" in said.out
    assert "mor_piped" not in said.out + said.err


def test_the_key_comes_from_the_environment(
    shell: Any, entered: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MORELLO_KEY", "mor_set")
    assert shell("login", "morello.example.com") == 0
    assert entered == [("https://morello.example.com", "mor_set")]


@pytest.mark.parametrize("piped", [False, True])
def test_a_one_time_link_is_address_and_key_at_once(
    shell: Any, entered: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, piped: bool
) -> None:
    link = "http://127.0.0.1:8000/?link=once"
    give(monkeypatch, f"{link}\n" if piped else "")
    assert shell("login", "http://127.0.0.1:8000" if piped else link) == 0
    assert entered == [("http://127.0.0.1:8000", "once")]


def test_without_a_key_nothing_is_asked(
    shell: Any, entered: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, "\n")
    assert shell("login", "http://127.0.0.1:8000") == 2
    assert shell("login", "http://example.com") == 2
    assert entered == []


def test_where_one_is_signed_in_is_shown_without_the_key(
    shell: Any, logins: Logins, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell("login", "--show") == 0
    assert "Not signed in" in capsys.readouterr().out
    logins.keep(Login(url="https://a", name="Ann", credential=SecretStr("mor_secret")))
    assert shell("login") == 0
    assert "https://a" in capsys.readouterr().out
    assert shell("login", "--show", "--json") == 0
    shown = capsys.readouterr().out
    assert json.loads(shown) == [
        {"url": "https://a", "organization": "", "name": "Ann", "current": True}
    ]


def test_a_server_is_forgotten(
    shell: Any, logins: Logins, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell("logout") == 0
    logins.keep(Login(url="https://a", credential=SecretStr("mor_secret")))
    assert shell("logout", "https://b") == 2
    assert shell("logout", "https://a") == 0
    assert logins.all() == []
    assert "https://a" in capsys.readouterr().out


def test_commands_go_to_the_server_unless_they_stay_here(
    shell: Any, logins: Logins, capsys: pytest.CaptureFixture[str]
) -> None:
    logins.keep(Login(url="http://127.0.0.1:9", credential=SecretStr("mor_secret")))
    assert shell("call", "fake.anything") == 3
    assert "127.0.0.1:9" in capsys.readouterr().err
    assert shell.calls == []
    assert shell("call", "fake.anything", "--local") == 0
    assert [each.tool for each in shell.calls] == ["fake.anything"]

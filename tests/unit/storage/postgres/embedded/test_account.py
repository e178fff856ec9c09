import os
import pwd
import sys
from pathlib import Path

import pytest

from morello.kernel.errors import Unavailable
from morello.storage.postgres.embedded import account as account_module
from morello.storage.postgres.embedded.account import Account


def test_who_is_not_root_runs_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    account = Account.of_server()
    assert account == Account()
    assert account.command("/bin/true", "-x", reaching=(tmp_path,)) == ["/bin/true", "-x"]


def test_root_runs_it_as_somebody_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    account = Account.of_server()
    assert account.user
    assert pwd.getpwuid(account.user).pw_name in ("morello", "postgres", "nobody")
    open_folder = Path("/usr/bin/true")
    command = account.command("/bin/true", "-x", reaching=(open_folder,))
    assert command[0] == sys.executable
    assert command[-5:] == [str(account.user), str(account.group), "-1", "/bin/true", "-x"]


def test_root_without_a_way_through_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(account_module, "_CAPABILITIES", ())
    with pytest.raises(Unavailable) as caught:
        Account(1, 1).command("/bin/true", reaching=(closed / "data",))
    assert caught.value.message.id == "error.unavailable.postgres_closed"


def test_root_on_a_machine_without_accounts_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account_module, "_NAMES", ("nobody-of-that-name",))
    with pytest.raises(Unavailable) as caught:
        Account.of_server()
    assert caught.value.message.id == "error.unavailable.postgres_account"

from typing import Any

import pytest


def test_tools_are_listed_in_the_reader_s_language(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell("tools") == 0
    assert "Show the first rows." in capsys.readouterr().out
    assert shell("tools", "--language", "ko") == 0
    assert "첫 행들을 보여줍니다." in capsys.readouterr().out


def test_settings_say_where_they_came_from(
    shell: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MORELLO_QUERY_TIMEOUT_S", "7")
    assert shell("settings") == 0
    lines = capsys.readouterr().out.splitlines()
    (line,) = (each for each in lines if "query_timeout_s" in each)
    assert "7.0" in line
    assert "MORELLO_QUERY_TIMEOUT_S" in line
    (line,) = (each for each in lines if "queue_max" in each)
    assert "default" in line
    assert shell.opened == [], "settings need no installation"

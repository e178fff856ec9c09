import pytest

from morello.doors.cli.language import chosen


@pytest.mark.parametrize(
    ("arguments", "setting", "environment", "expected"),
    [
        ([], None, {}, "en"),
        (["tools", "--language", "ko"], "en", {"LANG": "en_US.UTF-8"}, "ko"),
        (["--language=ko", "tools"], None, {}, "ko"),
        (["call", "--", "--language", "ko"], None, {}, "en"),
        (["tools", "--language"], None, {}, "en"),
        (["tools", "--language", "klingon"], "ko", {}, "ko"),
        ([], "ko", {"LC_ALL": "en_US.UTF-8"}, "ko"),
        ([], None, {"LC_ALL": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, "ko"),
        ([], None, {"LC_ALL": "C", "LANG": "ko_KR"}, "en"),
        ([], None, {"LC_ALL": "", "LANG": "ko.utf8"}, "ko"),
    ],
)
def test_the_nearest_wish_wins(
    arguments: list[str], setting: str | None, environment: dict[str, str], expected: str
) -> None:
    assert chosen(arguments, setting, environment) == expected

"""Rule: a file is named for its one noun; dumping grounds have no name here."""

import re
from pathlib import PurePosixPath
from typing import Any

FORBIDDEN = {
    "base",
    "common",
    "core",
    "helper",
    "helpers",
    "lib",
    "misc",
    "shared",
    "stuff",
    "util",
    "utils",
}
_NUMBERED_PART = re.compile(r".*(part|_v)\d+$")
_PLAIN = re.compile(r"(__(init|main)__|[a-z][a-z0-9_]*)")


def bad_names(names: list[str]) -> list[str]:
    found = []
    for name in names:
        path = PurePosixPath(name)
        words = (*path.parts[:-1], path.stem.removeprefix("test_").lstrip("_"))
        found += [
            f"{name}: '{word}' says nothing"
            for word in words
            if word in FORBIDDEN or _NUMBERED_PART.fullmatch(word)
        ]
        if not _PLAIN.fullmatch(path.stem):
            found.append(f"{name}: a file's name is lower case with underscores inside")
    return found


def test_every_file_is_named_for_what_it_is(sources: list[Any]) -> None:
    assert bad_names([each.name for each in sources]) == []


def test_the_rule_can_fail() -> None:
    assert len(bad_names(["src/a/utils.py", "src/helpers/x.py", "src/a/page_part2.py"])) == 3
    assert len(bad_names(["src/a/_private.py", "src/a/Page.py"])) == 2
    assert bad_names(["src/a/page.py", "src/a/__init__.py", "tests/unit/a/test_page.py"]) == []

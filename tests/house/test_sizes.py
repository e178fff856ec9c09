"""Rule: files of at most 300 lines, functions of at most 50, folders of at most 12 files."""

import ast
import collections
from typing import Any

LINES_MAX, FUNCTION_LINES_MAX, FILES_MAX = 300, 50, 12

LARGER_FOLDERS = {
    "src/morello/kernel": 13,  # one word per file, and a floor may not be split into two
}


def long_functions(tree: ast.Module) -> list[str]:
    return [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ]


def full_folders(files: list[str]) -> list[str]:
    counts = collections.Counter(
        name.rpartition("/")[0] for name in files if not name.endswith("/__init__.py")
    )
    return [
        f"{folder} has {count} files"
        for folder, count in counts.items()
        if count > LARGER_FOLDERS.get(folder, FILES_MAX)
    ]


def test_no_file_is_longer_than_300_lines(sources: list[Any]) -> None:
    assert [each.name for each in sources if each.text.count("\n") > LINES_MAX] == []


def test_no_function_is_longer_than_50_lines(sources: list[Any]) -> None:
    found = [f"{each.name}: {problem}" for each in sources for problem in long_functions(each.tree)]
    assert found == []


def test_no_folder_has_more_than_12_files(sources: list[Any]) -> None:
    assert full_folders([each.name for each in sources]) == []


def test_the_rules_can_fail() -> None:
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES_MAX))
    assert long_functions(ast.parse(f"def f():\n{body}\n")) == ["f has 51 lines"]
    assert long_functions(ast.parse(f"def f():\n{body[:-10]}\n")) == []
    names = [f"room/{index}.py" for index in range(13)]
    assert full_folders(names) == ["room has 13 files"]
    assert full_folders([*names[:12], "room/__init__.py"]) == []

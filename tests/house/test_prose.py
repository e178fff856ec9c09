"""Rule: a file opens with a sentence, an exception has a reason, nothing is left lying about."""

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import Any

_EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore|pragma)\b")
_WITH_CODES = re.compile(
    r"(noqa:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w\-, ]+\]|pyright:\s*ignore\[\w+\])"
)
_REASON = re.compile(r"\s[-#]\s(?!noqa|type:|pyright:)\S+")


def opening_problem(tree: ast.Module) -> str | None:
    docstring = ast.get_docstring(tree)
    if not docstring:
        return "opens with no sentence"
    first = docstring.split("\n\n", maxsplit=1)[0]
    if first.count("\n") > 1:
        return "opens with more than a sentence"
    if not first.rstrip().endswith((".", "!", ":", "?")):
        return "opens with a sentence that does not end"
    return None


def comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def bare_exceptions(text: str) -> list[str]:
    """Exceptions to a check that name no code, or give no reason anywhere on their line."""
    return [
        comment
        for comment in comments(text)
        if _EXCEPTION.search(comment)
        and not (_WITH_CODES.search(comment) and _REASON.search(comment))
    ]


def test_every_file_opens_with_one_sentence(sources: list[Any]) -> None:
    # A test's name is its documentation, as pyproject.toml says.
    said = [each for each in sources if not each.name.startswith("tests/")]
    problems = {each.name: opening_problem(each.tree) for each in said}
    assert {name: problem for name, problem in problems.items() if problem} == {}


def test_every_exception_has_a_code_and_a_reason(sources: list[Any]) -> None:
    found = {each.name: bare_exceptions(each.text) for each in sources}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_dead_code_and_things_to_do_are_found_by_the_linter(checkout: Path) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--stdin-filename", "src/morello/x.py", "-"]
    result = subprocess.run(  # noqa: S603 - our own interpreter
        command,
        input='"""A file."""\n\n# x = compute(1)\n# TODO: later\n',
        capture_output=True,
        text=True,
        check=False,
        cwd=checkout,
    )
    assert {"ERA001", "FIX002"} <= set(result.stdout.split())


def test_the_rules_can_fail() -> None:
    assert opening_problem(ast.parse("x = 1"))
    assert opening_problem(ast.parse('"""No end"""'))
    assert opening_problem(ast.parse('"""A file."""')) is None
    # Put together here, so that this file itself stays clean.
    no, ignore = "# no" + "qa", "# type: " + "ignore"
    assert bare_exceptions(f"x = 1  {no}")
    assert bare_exceptions(f"x = 1  {no}: E501")
    assert bare_exceptions(f"x = 1  {ignore}[misc]")
    assert not bare_exceptions(f"x = 1  {no}: E501, F401 - the reason")

"""Rule: what the documents show was run: `console` and `python` blocks are executed as written.

A line that starts with `$ ` is a command; the lines below it are what it prints, where `...`
stands for anything. `uv run` is left out, since the environment is already this one. Set-up that
a reader does not need to see stands in an HTML comment: `<!-- set-up: COMMAND -->`.
"""

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent
DOCUMENTS = [
    CHECKOUT / "README.md",
    *sorted((CHECKOUT / "docs" / "start").glob("*.md")),
    *sorted((CHECKOUT / "docs" / "guides").glob("*.md")),
]
_BLOCK = re.compile(
    r"^```(console|python)\n(.*?)^```$|^<!-- set-up: (.*?) -->$", re.MULTILINE | re.DOTALL
)
_TIMEOUT_S = 120


@dataclasses.dataclass(frozen=True)
class Step:
    """One thing a document does."""

    language: str
    code: str
    expected: str = ""


def steps(text: str) -> Iterator[Step]:
    for language, block, set_up in _BLOCK.findall(text):
        if set_up:
            yield Step("console", set_up)
        elif language == "python":
            yield Step("python", block)
        else:
            for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                first, _, rest = command.partition("\n")
                yield Step("console", first, rest.strip())


def fits(expected: str, printed: str) -> bool:
    """Tell whether output is as shown, where `...` is anything; how it wraps does not count."""
    parts = [re.escape(" ".join(part.split())) for part in expected.split("...")]
    return re.fullmatch(" ?.*? ?".join(parts), " ".join(printed.split()), re.DOTALL) is not None


def _variables(folder: Path) -> dict[str, str]:
    """What a set-up wrote down for the steps below it, one NAME=value in each line."""
    path = folder / "variables"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines)


def run(step: Step, folder: Path) -> str:
    """Run one step in a folder; return what it printed. The documents are ours, so is the shell."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MORELLO_HOME": str(folder / "home"),
        "MORELLO_LANGUAGE": "en",
        "CHECKOUT": str(CHECKOUT),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        **_variables(folder),
    }
    code = step.code.replace("uv run ", "")
    command = ["bash", "-c", code] if step.language == "console" else [sys.executable, "-c", code]
    result = subprocess.run(  # noqa: S603 - our own documents
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert result.returncode == 0 or "exit code" in step.expected, result.stdout + result.stderr
    return result.stdout


@pytest.mark.slow
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_shows_is_true(document: Path, tmp_path: Path) -> None:
    for step in steps(document.read_text(encoding="utf-8")):
        printed = run(step, tmp_path)
        if step.expected:
            assert fits(step.expected, printed), f"{step.code}\n--- printed:\n{printed}"


LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def broken_links(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [link for link in LINK.findall(text) if not (path.parent / link).exists()]


def test_links_lead_somewhere() -> None:
    pages = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")]
    broken = {str(path): broken_links(path) for path in pages}
    assert {name: links for name, links in broken.items() if links} == {}


def test_the_rules_can_fail(tmp_path: Path) -> None:
    text = "<!-- set-up: true -->\n```console\n$ echo a b\na ...\n$ false\n```\n"
    first, second, third = steps(text)
    assert [each.code for each in (first, second, third)] == ["true", "echo a b", "false"]
    assert fits(second.expected, run(second, tmp_path))
    assert not fits("a c", run(second, tmp_path))
    with pytest.raises(AssertionError):
        run(third, tmp_path)
    page = tmp_path / "page.md"
    page.write_text("[here](page.md) [there](nowhere.md) [out](https://example.com)")
    assert broken_links(page) == ["nowhere.md"]

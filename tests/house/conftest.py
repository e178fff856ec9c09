"""The files that the house rules look at."""

import ast
import dataclasses
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent


@dataclasses.dataclass(frozen=True)
class Source:
    """One Python file, read and parsed once for all rules."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.relative_to(CHECKOUT).as_posix()


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def sources() -> list[Source]:
    """Every Python file of ours."""
    folders = ("src", "tests", "benchmarks", "examples", "scripts")
    paths = (path for each in folders for path in sorted((CHECKOUT / each).rglob("*.py")))
    return [
        Source(path, text, ast.parse(text))
        for path in paths
        for text in [path.read_text(encoding="utf-8")]
    ]


@pytest.fixture(scope="session")
def product(sources: list[Source]) -> list[Source]:
    """Only what ships."""
    return [each for each in sources if each.name.startswith("src/")]

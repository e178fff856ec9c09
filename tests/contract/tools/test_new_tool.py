"""Contract: a new tool is one file; it is tested, documented and callable at once."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent.parent
PARTS = ("src", "scripts", "pyproject.toml", "tests/conftest.py", "tests/contract/tools")
NAME = "trial.count_rows"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the checkout, so that nothing here can be left behind there."""
    for part in PARTS:
        source, target = CHECKOUT / part, tmp_path / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy / "src"),
        "MORELLO_HOME": str(copy / "home"),
    }
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *arguments],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_new_tool_works_at_once_and_leaves_nothing(copy: Path) -> None:
    before = files(copy)
    made = run(copy, "scripts/new_tool.py", NAME)
    assert made.returncode == 0, made.stderr
    new = files(copy) - before
    tools = {each for each in new if each.startswith("src/")}
    assert tools == {
        "src/morello/tools/trial/__init__.py",
        "src/morello/tools/trial/count_rows.py",
    }
    assert (copy / "src/morello/tools/trial/count_rows.py").read_text().count("\n") <= 60

    suite = run(copy, "-m", "pytest", "tests/contract/tools", "-k", f"[{NAME}]")
    assert suite.returncode == 0, suite.stdout
    assert "passed" in suite.stdout

    arguments = ("--with", "sample:orders", "--data", "orders", "--json")
    called = run(copy, "-m", "morello", "call", NAME, *arguments)
    assert called.returncode == 0, called.stderr
    assert json.loads(called.stdout)["output"] == {"rows": 22090}

    shutil.rmtree(copy / "src/morello/tools/trial")
    assert run(copy, "scripts/make_docs.py").returncode == 0
    assert {each for each in files(copy) - before if "trial" in each} == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "count", "Data.count", "class.count", "data.import"])
def test_a_bad_name_is_refused(copy: Path, name: str) -> None:
    made = run(copy, "scripts/new_tool.py", name)
    assert made.returncode == 1
    assert made.stderr


def files(copy: Path) -> set[str]:
    return {
        path.relative_to(copy).as_posix()
        for path in copy.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "home" not in path.parts
    }

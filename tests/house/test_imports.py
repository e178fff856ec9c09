"""Rule: imports go down the floors, and starting imports nothing heavy."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "cryptography",
    "datasketches",
    "duckdb",
    "fastexcel",
    "jsonschema",
    "numpy",
    "pandas",
    "pyarrow",
    "ruptures",
    "scipy",
    "sqlglot",
}

FLOORS = [
    *("face", "app", "doors", "tools", "pipeline", "analysis", "data", "identity", "ledger"),
    *("jobs", "storage", "kernel"),
]


def modules_after(code: str) -> set[str]:
    """Top-level modules that are loaded once `code` has run in a fresh interpreter."""
    watched = f"{code}\nimport json, sys\nprint()\nprint(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", watched], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in json.loads(result.stdout.splitlines()[-1])}


HELP = """
import sys
sys.argv = ["morello", "--help"]
from morello.__main__ import main
try:
    main()
except SystemExit:
    pass
"""


@pytest.mark.slow
@pytest.mark.parametrize("code", ["import morello", HELP], ids=["import", "help"])
def test_starting_imports_nothing_heavy(code: str) -> None:
    assert modules_after(code) & HEAVY == set()


@pytest.mark.slow
def test_the_rule_can_fail() -> None:
    assert "numpy" in modules_after("import numpy") & HEAVY


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(  # noqa: S603 - the linter of this environment
        [program, "--no-cache"], capture_output=True, text=True, check=False, cwd=folder
    )


@pytest.mark.slow
def test_imports_go_down_the_floors(checkout: Path) -> None:
    result = lint_imports(checkout)
    assert result.returncode == 0, result.stdout


@pytest.mark.slow
def test_an_import_up_the_floors_is_found(checkout: Path, tmp_path: Path) -> None:
    settings = (checkout / ".importlinter").read_text(encoding="utf-8")
    package = tmp_path / "morello"
    for floor in FLOORS:
        (package / floor).mkdir(parents=True)
        (package / floor / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "kernel" / "word.py").write_text("import morello.app\n")
    contract = settings.split("[importlinter:contract:doors]")[0]
    (tmp_path / ".importlinter").write_text(contract)
    result = lint_imports(tmp_path)
    assert "morello.kernel.word -> morello.app" in result.stdout
    assert result.returncode == 1

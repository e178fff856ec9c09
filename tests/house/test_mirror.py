"""Rule: tests/unit mirrors src/morello, so that a file's test is found without searching."""

from pathlib import Path, PurePosixPath


def strays(tests: list[str], modules: set[str]) -> list[str]:
    """Unit tests that belong to no file.

    `tests/unit/a/test_b.py` tests `a/b.py` or the package `a/b/`; `test_b_errors.py` does too.
    """
    found = []
    for name in tests:
        path = PurePosixPath(name)
        subject = str(path.parent / path.stem.removeprefix("test_"))
        fits = any(
            subject == module or subject.startswith(f"{module}_")
            for module in modules
            if PurePosixPath(module).parent == path.parent
        )
        if not fits:
            found.append(name)
    return found


def test_every_unit_test_mirrors_a_file(checkout: Path) -> None:
    source, unit = checkout / "src" / "morello", checkout / "tests" / "unit"
    files = {path.relative_to(source).with_suffix("").as_posix() for path in source.rglob("*.py")}
    folders = {each.removesuffix("/__init__") for each in files if each.endswith("/__init__")}
    tests = sorted(path.relative_to(unit).as_posix() for path in unit.rglob("test_*.py"))
    assert strays(tests, files | folders) == []


def test_the_rule_can_fail() -> None:
    modules = {"a/b", "a"}
    assert strays(["a/test_c.py", "x/test_b.py"], modules) == ["a/test_c.py", "x/test_b.py"]
    assert strays(["a/test_b.py", "a/test_b_errors.py", "test_a.py"], modules) == []

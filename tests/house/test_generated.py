"""Rule: what is made from something else is as fresh as what it is made from."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from morello.pipeline.providers import manifest


def test_the_tool_manifest_is_fresh(checkout: Path) -> None:
    kept = (checkout / "src" / "morello" / "tools" / manifest.FILE).read_text(encoding="utf-8")
    fresh = [entry.model_dump() for entry in manifest.entries("morello.tools")]
    assert json.loads(kept) == fresh, "run: make docs"


@pytest.mark.slow
def test_the_reference_is_fresh(checkout: Path, tmp_path: Path) -> None:
    run(checkout / "scripts" / "make_docs.py", tmp_path)
    kept = checkout / "docs" / "reference"
    assert differing(kept, tmp_path) == [], "run: make docs"


@pytest.mark.slow
def test_the_sample_is_what_its_script_makes(checkout: Path, tmp_path: Path) -> None:
    run(checkout / "examples" / "make_sample.py", tmp_path)
    kept = checkout / "src" / "morello" / "sample"
    for name in ("orders.csv", "customers.csv", "effects.json"):
        assert (kept / name).read_bytes() == (tmp_path / name).read_bytes(), name
    items = [gzip.decompress((each / "items.csv.gz").read_bytes()) for each in (kept, tmp_path)]
    assert items[0] == items[1]


def test_the_comparison_can_fail(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    (one / "a.md").write_text("a")
    (one / "b.md").write_text("b")
    shutil.copytree(one, two)
    assert differing(one, two) == []
    (one / "a.md").write_text("c")
    (two / "b.md").unlink()
    assert differing(one, two) == ["a.md", "b.md"]


def differing(one: Path, two: Path) -> list[str]:
    names = {str(page.relative_to(top)) for top in (one, two) for page in top.rglob("*.md")}
    return sorted(name for name in names if content(one / name) != content(two / name))


def content(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def run(script: Path, folder: Path) -> None:
    command = [sys.executable, str(script), str(folder)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own script

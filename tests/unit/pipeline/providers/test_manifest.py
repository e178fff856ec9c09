import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from morello.pipeline.providers import manifest
from morello.pipeline.providers.folder import FolderTools

from ..conftest import ORGANIZATION

SOURCE = '''
from pydantic import BaseModel
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import tool

class Request(BaseModel):
    """Nothing."""

@tool("{name}", title={{"en": "{title}", "ko": "x"}}, permission=Permission.VERIFY, example={{}})
async def run(request: Request, context: Context) -> Request:
    return request
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "brought_tools"
    (folder / "room").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "room" / "__init__.py").write_text("")
    _write(folder, "look", "room.look", "Look.")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.startswith("brought_tools")]:
        del sys.modules[name]


def _write(folder: Path, file: str, name: str, title: str) -> None:
    (folder / "room" / f"{file}.py").write_text(SOURCE.format(name=name, title=title))


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in manifest.entries(folder.name)]


def test_a_manifest_lets_tools_be_listed_without_importing_them(package: Path) -> None:
    manifest.write(package.name)
    sys.modules.pop("brought_tools.room.look", None)
    assert [each.name for each in FolderTools(package.name).listed(ORGANIZATION)] == ["room.look"]
    assert "brought_tools.room.look" not in sys.modules


def test_a_missing_or_broken_manifest_is_no_harm(package: Path) -> None:
    assert _names(package) == ["room.look"]
    (package / manifest.FILE).write_text("{ broken")
    assert _names(package) == ["room.look"]


def test_a_new_tool_is_there_at_once_with_no_edit_elsewhere(package: Path) -> None:
    manifest.write(package.name)
    _write(package, "hear", "room.hear", "Hear.")
    assert _names(package) == ["room.hear", "room.look"]
    assert FolderTools(package.name).find("room.hear", ORGANIZATION) is not None


def test_an_entry_of_a_changed_file_does_not_count(package: Path) -> None:
    path = manifest.write(package.name)
    lies = json.loads(path.read_text())
    lies[0] |= {"name": "room.lie", "sha256": "0" * 64}
    path.write_text(json.dumps(lies))
    assert _names(package) == ["room.look"]


def test_a_tool_of_another_room_is_refused(package: Path) -> None:
    _write(package, "stray", "elsewhere.stray", "Stray.")
    with pytest.raises(ValueError, match="not of its room"):
        _names(package)


def test_a_file_declares_one_tool(package: Path) -> None:
    (package / "room" / "empty.py").write_text('"""Nothing."""')
    with pytest.raises(ValueError, match="declares 0 tools"):
        _names(package)

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from morello.pipeline.providers.packages import PackageTools

from ..conftest import ORGANIZATION
from .test_manifest import SOURCE


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name, source in (
        ("weather", SOURCE.format(name="room.rain", title="Rain.")),
        ("bad", "1/0"),
    ):
        folder = tmp_path / f"{name}_package" / "room"
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").write_text("")
        (folder / "__init__.py").write_text("")
        (folder / "rain.py").write_text(source)
        info = tmp_path / f"{name}_package-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}-package\nVersion: 1.0\n"
        )
        (info / "entry_points.txt").write_text(f"[morello.tools]\n{name} = {name}_package\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(("weather_", "bad_"))]:
        del sys.modules[name]


def test_an_installed_package_brings_its_tools_and_a_broken_one_is_left_out(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tools = PackageTools()
    with caplog.at_level(logging.ERROR):
        listed = {each.name: each.provider for each in tools.listed(ORGANIZATION)}
    assert listed == {"room.rain": "weather"}
    assert tools.find("room.rain", ORGANIZATION) is not None
    assert tools.find("room.snow", ORGANIZATION) is None
    assert "bad" in caplog.text

import io
import json
import logging
import stat
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from morello.app import logs
from morello.kernel.settings import Settings


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Put logging back."""
    root, kept = logging.getLogger(), {}
    for name in ("", "morello", "uvicorn"):
        logger = logging.getLogger(name)
        kept[name] = (logger.level, list(logger.handlers), logger.propagate)
    raises = logging.raiseExceptions
    yield
    for handler in root.handlers:
        if handler not in kept[""][1]:
            handler.close()
    for name, (level, handlers, propagate) in kept.items():
        logger = logging.getLogger(name)
        logger.level, logger.handlers, logger.propagate = level, handlers, propagate
    logging.raiseExceptions = raises
    logging.captureWarnings(capture=False)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def begun(folder: Path, stream: io.StringIO, **more: object) -> Path:
    settings = Settings.model_validate({"home": folder, **more})
    path = logs.begin(settings, "api", stream=stream)
    assert path is not None
    return path


def test_a_file_and_a_terminal_get_the_same_lines(tmp_path: Path) -> None:
    terminal = Terminal()
    path = begun(tmp_path, terminal)
    logging.getLogger("morello.x").info("hello mor_live_secretsecret")
    logging.getLogger("somebody.else").info("not of interest")
    logging.getLogger("somebody.else").warning("of interest")
    lines = [json.loads(each) for each in path.read_text().splitlines()]
    assert [each["message"] for each in lines] == ["hello mor_***", "of interest"]
    assert "hello mor_***" in terminal.getvalue()
    assert "{" not in terminal.getvalue()


def test_where_there_is_no_terminal_lines_are_for_machines(tmp_path: Path) -> None:
    stream = io.StringIO()
    begun(tmp_path, stream)
    logging.getLogger("morello.x").info("hello")
    assert json.loads(stream.getvalue())["message"] == "hello"


def test_the_level_is_a_setting(tmp_path: Path) -> None:
    path = begun(tmp_path, io.StringIO(), log_level="warning")
    logging.getLogger("morello.x").info("hello")
    assert path.read_text() == ""


def test_files_are_renamed_before_they_grow_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES_MAX", 10_000)
    path = begun(tmp_path, io.StringIO())
    for _ in range(500):
        logging.getLogger("morello.x").info("a line of some length that is written again and again")
    files = list(path.parent.iterdir())
    assert len(files) == logs.FILES_MAX
    assert all(each.stat().st_size <= 10_000 for each in files)


def test_a_home_that_cannot_be_written_to_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    assert logs.begin(Settings(home=tmp_path), "api", stream=io.StringIO()) is None
    logging.getLogger("morello.x").info("hello")


def test_nobody_else_reads_the_folder(tmp_path: Path) -> None:
    path = begun(tmp_path, io.StringIO())
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_beginning_again_writes_each_line_once(tmp_path: Path) -> None:
    begun(tmp_path, io.StringIO())
    path = begun(tmp_path, io.StringIO())
    logging.getLogger("morello.x").info("hello")
    assert path.read_text().count("hello") == 1


def test_warnings_are_logged(tmp_path: Path) -> None:
    path = begun(tmp_path, io.StringIO())
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("careful", stacklevel=1)
    assert path.read_text().count("careful") >= 1

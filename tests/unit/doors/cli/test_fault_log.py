import logging
from pathlib import Path

from morello.doors.cli.fault_log import FaultLog


def test_a_fault_is_kept_with_its_traceback(tmp_path: Path, logger: logging.Logger) -> None:
    log = FaultLog(tmp_path / "home")
    log.keep(ValueError("who knows"))
    assert "ValueError: who knows" in log.path.read_text()


def test_without_a_fault_there_is_no_file(tmp_path: Path, logger: logging.Logger) -> None:
    log = FaultLog(tmp_path)
    log.listen()
    logger.info("all is well")
    assert not log.path.exists()


def test_a_home_that_cannot_be_written_stops_nothing(
    tmp_path: Path, logger: logging.Logger
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    FaultLog(blocked / "home").keep(ValueError("lost"))

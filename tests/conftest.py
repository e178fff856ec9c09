"""What every test run obeys: a skip can be made a failure, and how it went can be kept."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from morello.kernel.clock import SystemClock

_CLOCK = SystemClock()
_STARTED_S = _CLOCK.monotonic()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fail-on-skip", action="store_true", help="a skipped test makes the run fail"
    )
    parser.addoption("--outcome", type=Path, help="a file to write how the run went into, as JSON")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    path, reporter = (
        config.getoption("--outcome"),
        config.pluginmanager.get_plugin("terminalreporter"),
    )
    if path is not None and reporter is not None:
        path.write_text(json.dumps(_outcome(reporter.stats), indent=1) + "\n", encoding="utf-8")


def _outcome(stats: dict[str, list[Any]]) -> dict[str, object]:
    """Say when, on which commit, and how many tests went which way."""
    told = {name: len(stats.get(name, [])) for name in ("passed", "failed", "error", "skipped")}
    return {
        "date": _CLOCK.now().date().isoformat(),
        "commit": _git("rev-parse", "HEAD"),
        "changed_since": bool(_git("status", "--porcelain", "--untracked-files=no")),
        **told,
        "not_passed": sorted(
            each.nodeid for name in ("failed", "error", "skipped") for each in stats.get(name, [])
        ),
        "seconds": round(_CLOCK.monotonic() - _STARTED_S),
    }


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()  # noqa: S603 - constant arguments


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if not session.config.getoption("--fail-on-skip") or exitstatus != pytest.ExitCode.OK:
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes do not name a test: packed ones hold the time, and no two processes would agree."""
    return argname if isinstance(val, bytes) else None

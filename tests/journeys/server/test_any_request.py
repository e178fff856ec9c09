"""Any request: what a machine makes up from the API's own document never breaks the server."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Person, Up

_REDUCED_TIMEOUT_S = 400
_FULL_TIMEOUT_S = 3500
_LINES_SHOWN = 150


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Up]:
    """A server that is nobody else's: much of what is made up deletes or locks something."""
    server = Up(tmp_path / "home", {"MORELLO_RATE_PER_S": "100000"}).start()
    yield server
    server.stop()


def try_everything(up: Up, folder: Path, *options: str, timeout_s: float) -> None:
    with Person(up) as admin:
        organization = admin.enter(up.link)["organization_id"]
        key = admin.done("access.create_key", name="fuzzer")["secret"]["secret"]
    program = Path(sys.executable).with_name("schemathesis")
    command = [
        *(str(program), "run", f"{up.url}/api/openapi.json", "--checks", "not_a_server_error"),
        *("-H", f"Authorization: Bearer {key}", "-H", f"X-Company-ID: {organization}"),
        *("--exclude-path", "/api/live"),  # it answers for as long as one listens
        *("--continue-on-failure", "--request-timeout", "60", "--warnings", "off", "--no-color"),
        *options,
    ]
    ran = subprocess.run(  # noqa: S603 - a program of this environment
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=timeout_s
    )
    assert ran.returncode == 0, "\n".join(ran.stdout.splitlines()[-_LINES_SHOWN:])


@pytest.mark.slow
def test_made_up_requests_never_break_the_server(alone: Up, tmp_path: Path) -> None:
    options = ("--phases", "examples,fuzzing", "--max-examples", "3", "--seed", "20261120")
    try_everything(alone, tmp_path, *options, timeout_s=_REDUCED_TIMEOUT_S)


@pytest.mark.prove
def test_many_made_up_requests_never_break_the_server(alone: Up, tmp_path: Path) -> None:
    options = ("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "100")
    try_everything(alone, tmp_path, *options, timeout_s=_FULL_TIMEOUT_S)

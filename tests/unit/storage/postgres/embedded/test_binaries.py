import subprocess
from pathlib import Path

import pytest

from morello.kernel.errors import Unavailable
from morello.storage.postgres.embedded.binaries import find_binaries


def test_the_newest_programs_are_found_and_run() -> None:
    found = find_binaries()
    assert found == find_binaries(found.major)
    command = [found.program("postgres"), "--version"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own
    assert f"PostgreSQL) {found.major}." in told
    assert Path(found.program("initdb")).exists()


def test_a_version_that_is_not_there_is_told() -> None:
    with pytest.raises(Unavailable):
        find_binaries(9)

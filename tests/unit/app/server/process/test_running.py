import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from morello.app.server.charge import Charge, Said, Word
from morello.app.server.process.running import GC_THRESHOLDS, nowhere, settle

PROGRAM = """
import asyncio
from morello.app.server.leash import Leash
from morello.app.server.process.running import run
from morello.kernel.errors import Conflict

async def work(leash, charge, stop):
    {work}

run(Leash.take(), work)
"""


def run(work: str) -> tuple[int, list[Word]]:
    """Run a process that does this work; return how it ended and what it said."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", PROGRAM.format(work=work)],
        input=Charge(database_url="x").model_dump_json().encode() + b"\n",
        capture_output=True,
        check=False,
        timeout=30,
    )
    return done.returncode, [Word.model_validate_json(each) for each in done.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "message"),
    [
        ("raise Conflict('server.port', host='h', port=1)", "error.conflict.server.port"),
        ("raise ValueError('a defect')", "error.fault.server.broke"),
    ],
)
def test_what_it_fails_with_is_told(work: str, message: str) -> None:
    status, words = run(work)
    assert status == 1
    assert [(each.said, each.message and each.message.id) for each in words] == [
        (Said.FAILED, message)
    ]


@pytest.mark.slow
def test_it_stops_when_it_is_let_go() -> None:
    assert run("await stop.wait()") == (0, [])


@pytest.fixture
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.slow
@pytest.mark.usefixtures("thresholds")
def test_what_was_made_at_the_start_is_not_looked_at_again() -> None:
    settle()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == GC_THRESHOLDS


def test_nowhere_keeps_nothing() -> None:
    with nowhere() as stream:
        assert stream.write("x") == 1

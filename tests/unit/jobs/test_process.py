import logging
import signal

import pytest

from morello.jobs.pool import Pool
from morello.kernel.errors import Fault, MorelloError

LONG_S = 60.0


@pytest.mark.parametrize(
    ("function", "payload", "expected"),
    [
        ("deeds:die", 0, "error.fault.worker_died"),
        ("deeds:die", 3, "error.fault.worker_died"),
        ("deeds:die_by_signal", signal.SIGSEGV, "error.fault.worker_died"),
        ("deeds:die_by_signal", signal.SIGKILL, "error.too_large.memory"),
        ("deeds:complain_and_die", "std::bad_alloc ", "error.too_large.memory"),
        ("deeds:complain_and_die", "ouch ", "error.fault.worker_died"),
    ],
)
async def test_a_worker_that_dies_is_one_clean_error(
    pool: Pool, function: str, payload: object, expected: str
) -> None:
    with pytest.raises(MorelloError) as caught:
        await pool.run(function, payload, timeout_s=LONG_S)
    assert caught.value.message.id == expected
    assert await pool.run("deeds:echo", b"on", timeout_s=LONG_S) == b"on"


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param((4, 1 << 60, b""), id="a result of an exabyte"),
        pytest.param((99, 0, b""), id="a kind that is none"),
        pytest.param((1, 4, b"boo!"), id="a call to the parent"),
        pytest.param((5, 4, b"boo!"), id="an error that is no message"),
        pytest.param((5, 31, b'{"id":"nothing","parameters":{}}'[:31]), id="half an error"),
        pytest.param((5, 32, b'{"id":"nothing","parameters":{}}'), id="an error without a code"),
    ],
)
async def test_a_worker_that_was_taken_over_can_only_fail(
    pool: Pool, frame: tuple[int, int, bytes]
) -> None:
    with pytest.raises(Fault):
        await pool.run("deeds:hostile", frame, timeout_s=2.0)
    assert await pool.run("deeds:echo", b"on", timeout_s=LONG_S) == b"on"


async def test_a_worker_knows_no_secret_of_ours_and_keeps_to_its_limits(pool: Pool) -> None:
    told = (await pool.run("deeds:environment", None, timeout_s=LONG_S)).decode()
    assert "do not tell" not in told
    core, files, leads_session, standard_input = eval(  # noqa: S307 - our own deed's literal
        await pool.run("deeds:limits", None, timeout_s=LONG_S)
    )
    assert core == (0, 0)
    assert files[1] <= 1024
    assert leads_session
    assert standard_input == ""


async def test_what_a_worker_writes_is_logged_and_never_blocks_it(
    pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert await pool.run("deeds:complain", "look here ", timeout_s=LONG_S) == b"done"
        await pool.run("deeds:echo", b"", timeout_s=LONG_S)
    assert "look here" in caplog.text
    assert len(caplog.text) < 100_000

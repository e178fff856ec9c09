import os
import subprocess
import sys
import time

from hypothesis import given
from hypothesis import strategies as st

from morello.jobs.pool import Pool
from morello.jobs.usage import Meter, Usage, current_meter

USAGES = st.builds(
    Usage,
    cpu_s=st.floats(0, 1e6),
    memory_peak_bytes=st.integers(0, 1 << 40),
    read_bytes=st.integers(0, 1 << 40),
    written_bytes=st.integers(0, 1 << 40),
)


@given(USAGES, USAGES)
def test_adding_up_is_fair(one: Usage, other: Usage) -> None:
    assert one.plus(other) == other.plus(one)
    assert one.plus(Usage()) == one
    assert one.plus(other).memory_peak_bytes == max(one.memory_peak_bytes, other.memory_peak_bytes)


@given(USAGES)
def test_nothing_is_ever_less_than_nothing(later: Usage) -> None:
    more = later.model_copy(update={"cpu_s": later.cpu_s + 1.0, "read_bytes": later.read_bytes + 1})
    assert later.since(more).cpu_s == later.since(more).read_bytes == 0


def test_a_process_is_counted_from_when_it_was_watched() -> None:
    meter = Meter()
    with meter.watching(os.getpid()):
        before_s = time.process_time()
        while time.process_time() - before_s < 0.1:
            pass
        assert 0.05 < meter.read().cpu_s < 1.0
    used = meter.read()
    assert used.memory_peak_bytes > 1 << 20
    assert meter.read() == used, "what is over is counted once"


def test_a_process_that_ends_keeps_what_was_seen_of_it() -> None:
    meter = Meter()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        with meter.watching(process.pid):
            meter.read()
            process.kill()
            process.wait()
        assert meter.read().memory_peak_bytes > 0


async def test_the_pool_counts_for_whoever_asks(pool: Pool) -> None:
    meter = Meter()
    token = current_meter.set(meter)
    try:
        await pool.run("deeds:allocate", 32 << 20, timeout_s=30.0)
    finally:
        current_meter.reset(token)
    assert meter.read().memory_peak_bytes > 1 << 20

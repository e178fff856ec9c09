import subprocess
import sys

import pytest

from morello.jobs.memory import memory_share, tells_of_no_memory

_LIMITED = """
import sys
from morello.jobs.memory import give_back, limit_memory, memory_share
limit_memory(64 << 20)
{then}
"""


def limited(then: str) -> str:
    """Return what a process says that may use 64 MiB more than a bare Python has."""
    code = _LIMITED.format(then=then)
    return subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_without_a_limit_there_is_as_much_as_one_may_have() -> None:
    assert memory_share(0.5, at_most_bytes=1000) == 1000


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits private memory")
def test_a_share_is_of_the_limit_and_never_more_than_said() -> None:
    told = limited(
        "print(memory_share(0.5, at_most_bytes=1 << 40), memory_share(0.5, at_most_bytes=9))"
    )
    share, held = map(int, told.split())
    assert 32 << 20 <= share <= 64 << 20
    assert held == 9


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits private memory")
def test_memory_within_the_limit_is_there_again_and_again_and_beyond_it_never() -> None:
    then = """
for _ in range(4):
    kept = [bytes(1000) for _ in range(40_000)]
    del kept
    give_back()
kept = bytes(40 << 20)
try:
    bytes(64 << 20)
except MemoryError:
    print("refused")
"""
    assert limited(then) == "refused"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits private memory")
def test_what_is_reserved_and_never_written_is_not_counted() -> None:
    then = """
import mmap
mmap.mmap(-1, 1 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)
print("there")
"""
    assert limited(then) == "there"


@pytest.mark.parametrize(
    "complaint",
    [
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "Bad status: Out of memory: malloc of size 3489856 failed",
        "OpenBLAS error: Memory allocation still failed after 10 retries, giving up.",
        "MemoryError",
        "RuntimeError: can't start new thread",
    ],
)
def test_last_words_of_those_who_had_no_memory_are_known(complaint: str) -> None:
    assert tells_of_no_memory(complaint)
    assert not tells_of_no_memory("Segmentation fault")

import pytest

from morello.kernel.caller import Call
from morello.kernel.principal import Origin
from morello.pipeline.observe.trace import Trace, current_trace

from ..conftest import someone


def trace(given: str) -> Trace:
    call = Call(tool="a.b", given={}, principal=someone(), origin=Origin(trace=given))
    begun = Trace.begin(call)
    begun.end()
    return begun


def test_a_call_without_a_trace_begins_one_under_its_own_id() -> None:
    begun = trace("")
    assert begun.trace_id == begun.call_id.int
    assert begun.span_id == begun.call_id.int % 2**64
    assert begun.parent_span_id is None
    assert begun.is_sampled


def test_whoever_began_the_trace_decides_whether_it_is_kept() -> None:
    assert trace(f"00-{'1' * 32}-{'2' * 16}-01").is_sampled
    assert not trace(f"00-{'1' * 32}-{'2' * 16}-00").is_sampled


@pytest.mark.parametrize(
    "given",
    ["nonsense", f"00-{'0' * 32}-{'0' * 16}-01", f"00-{'g' * 32}-{'2' * 16}-01", "00-1-2-3" * 1000],
)
def test_a_trace_that_is_none_is_left_aside(given: str) -> None:
    begun = trace(given)
    assert begun.trace_id == begun.call_id.int
    assert begun.parent_span_id is None


def test_a_call_runs_here_until_it_ends() -> None:
    begun = Trace.begin(Call(tool="a.b", given={}, principal=someone()))
    assert current_trace() is begun
    begun.end()
    assert current_trace() is None

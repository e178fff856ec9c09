import uuid

from hypothesis import given
from hypothesis import strategies as st

from morello.jobs.durable.silence import LOOK_GAP_MAX_S, SILENT_AFTER_S, Silence

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


GAPS = st.floats(0.1, LOOK_GAP_MAX_S - 0.01)
"""Well below the limit: times that are added up are a rounding apart from what was added."""


def test_whoever_stops_beating_is_silent_after_a_while() -> None:
    silence = Silence()
    for second in range(6):
        assert silence.look({ONE: 7, OTHER: second}, float(second)) == set()
    assert silence.look({ONE: 7, OTHER: 6}, 6.0) == {ONE}
    assert silence.look({ONE: 8, OTHER: 7}, 7.0) == set(), "one beat is enough"


def test_whoever_did_not_look_has_seen_nothing() -> None:
    silence = Silence()
    silence.look({ONE: 7}, 0.0)
    assert silence.look({ONE: 7}, 60.0) == set(), "the database may have been away for all of us"
    assert silence.look({ONE: 7}, 62.0) == set()


@given(st.lists(GAPS, max_size=40))
def test_nobody_who_beats_between_looks_is_ever_silent(gaps: list[float]) -> None:
    silence, now_s = Silence(), 0.0
    for beats, gap_s in enumerate(gaps):
        now_s += gap_s
        assert silence.look({ONE: beats}, now_s) == set()


@given(st.lists(GAPS, max_size=40))
def test_the_silent_are_found_and_not_before_their_time(gaps: list[float]) -> None:
    silence, now_s = Silence(), 0.0
    first_s = None
    for gap_s in gaps:
        now_s += gap_s
        found = silence.look({ONE: 3}, now_s)
        first_s = now_s if first_s is None else first_s
        assert (ONE in found) == (now_s - first_s > SILENT_AFTER_S)

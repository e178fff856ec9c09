from hypothesis import given
from hypothesis import strategies as st

from morello.pipeline.observe.histogram import BOUNDS_S, Histogram


@given(st.lists(st.floats(0, 1000), max_size=50))
def test_buckets_count_what_is_within_their_bound(seconds: list[float]) -> None:
    histogram = Histogram()
    for each in seconds:
        histogram.add(each)
    buckets = histogram.buckets()
    assert histogram.count == len(seconds) == buckets[-1][1]
    for bound, (_, count) in zip(BOUNDS_S, buckets, strict=False):
        assert count == sum(each <= bound for each in seconds)

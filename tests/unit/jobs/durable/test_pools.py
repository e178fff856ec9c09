from hypothesis import given
from hypothesis import strategies as st

from morello.jobs.durable.pools import POOLS, SUSPECT, places, pool_of


def test_each_room_has_its_pool() -> None:
    assert pool_of("insights.analyze_file") == "analysis"
    assert pool_of("models.train") == "modelling"
    assert pool_of("charts.draw") == "drawing"
    assert {pool_of(f"{room}.do") for room in ("data", "models", "reports")} == set(POOLS)


@given(st.sampled_from((*POOLS, SUSPECT)), st.integers(1, 256))
def test_no_organization_takes_every_place(queue: str, at_once_max: int) -> None:
    limits = places(queue, at_once_max)
    assert 1 <= limits.per_organization <= limits.all <= at_once_max
    assert limits.per_organization < limits.all or limits.all == 1

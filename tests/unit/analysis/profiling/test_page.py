"""A page of a profile is at most a megabyte, and the pages together are the whole."""

from morello.analysis.methods.profile import ColumnProfile, Correlation, Profile, TopValue
from morello.analysis.profiling.page import PAGE_BYTES_MAX, page_of


def a_profile(columns: int, pairs: int = 0) -> Profile:
    top = [TopValue(value="x" * 200, count=at) for at in range(10)]
    return Profile(
        rows=1,
        columns=[
            ColumnProfile(name=f"column {at}", type="string", kind="text", rows=1, nulls=0, top=top)
            for at in range(columns)
        ],
        correlations=[
            Correlation(first=f"{at:040}", second="b", r=0.5, rows=9) for at in range(pairs)
        ],
    )


def test_a_small_profile_is_one_page_without_a_word_on_pages() -> None:
    page = page_of(a_profile(3, 2), after=0)
    assert (len(page.columns), len(page.correlations), page.columns_total) == (3, 2, 3)
    assert (page.next_after, page.notes) == (None, [])


def test_pages_together_are_the_whole_and_each_is_small() -> None:
    whole, after, names, listed = a_profile(900, 5000), 0, [], 0
    while True:
        page = page_of(whole, after=after)
        assert len(page.model_dump_json()) < PAGE_BYTES_MAX
        assert page.notes[-1].id == "profile.note.page"
        names += [column.name for column in page.columns]
        listed += len(page.correlations)
        if page.next_after is None:
            break
        after = page.next_after
    assert names == [column.name for column in whole.columns]
    assert 0 < listed < 5000


def test_beyond_the_last_column_there_is_nothing() -> None:
    page = page_of(a_profile(3), after=7)
    assert (page.columns, page.next_after) == ([], None)

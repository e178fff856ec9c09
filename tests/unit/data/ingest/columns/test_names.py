"""Column names that can be asked for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from morello.data.ingest.columns.names import clean_names


def test_names_are_made_clear_and_unique() -> None:
    names, notes = clean_names(["a", "A", "", None, " b\tc\u200b ", "a", "a_2"])
    assert names == ["a", "A_3", "column_3", "column_4", "b c", "a_4", "a_2"]
    assert notes[0].parameters["count"] == 5
    assert clean_names(["x", "y"]) == (["x", "y"], [])


@settings(deadline=None)
@given(st.lists(st.text(max_size=300)))
def test_whatever_is_given_the_names_are_unique_and_short(given_names: list[str]) -> None:
    names, _ = clean_names(given_names)
    assert len({name.casefold() for name in names}) == len(given_names)
    assert all(0 < len(name) <= 255 for name in names)
    assert clean_names(names)[0] == names

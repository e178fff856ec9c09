import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.identity.credentials.key_text import is_key, new_key, shown

KEY = new_key()


def test_a_new_key_is_one_and_another_each_time() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(is_key(each) for each in keys)


@given(st.integers(0, len(KEY) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_one_wrong_letter_makes_it_none(place: int, letter: str) -> None:
    changed = KEY[:place] + letter + KEY[place + 1 :]
    assert is_key(changed) is (changed == KEY)


@pytest.mark.parametrize("form", ["", "mor_", "{short}", "{key}0", "{upper}", " {key}"])
def test_what_is_none(form: str) -> None:
    assert not is_key(form.format(key=KEY, short=KEY[:-1], upper=KEY.upper()))


def test_a_list_shows_how_it_begins() -> None:
    assert shown(KEY) == KEY[:8]

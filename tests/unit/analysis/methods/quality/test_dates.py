"""Texts are read as dates: which formats, which order, and what no calendar has."""

import pytest

from morello.analysis.methods.quality.dates import FORMATS, read_dates


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2024-3-1", "2024-03-31"),
        ("2024-03-01T10:22:05Z", "2024-03-31"),
        ("2024/03/01 10:22", "2024/03/31"),
        ("2024. 3. 1.", "2024.03.31"),
        ("2024년 3월 1일", "2024년 3월 31일"),
        ("20240301", "20240331"),
        ("1/3/2024", "31/03/2024"),
        ("01.03.24", "31.03.2024"),
        ("01-03-2024 4:05 PM", "31-03-2024"),
        ("1 March 2024", "31 Mar 2024"),
        ("mar 1, 2024", "Mar 31, 2024"),
    ],
)
def test_every_format_is_known_by_its_name(text: str, name: str) -> None:
    reading = read_dates([(text, 3)])
    assert reading.formats == {name: 3}
    assert reading.is_of_dates
    assert name in {each.name for each in FORMATS}


def test_the_order_shows_where_a_number_is_above_twelve() -> None:
    reading = read_dates([("13/02/2024", 2), ("02/13/2024", 1), ("02/03/2024", 9)])
    assert reading.day_first["31/03/2024"] == 2
    assert reading.month_first["31/03/2024"] == 1
    assert not reading.impossible


def test_what_no_calendar_has_is_listed() -> None:
    reading = read_dates(
        [("2023-02-29", 1), ("2024-02-29", 1), ("2024-13-01", 2), ("99/99/2024", 1)]
    )
    assert reading.impossible == ["2023-02-29", "2024-13-01", "99/99/2024"]
    assert reading.impossible_values == 4


@pytest.mark.parametrize(
    "text", ["", "12345", "3.14", "1.2.3.4", "12:30", "2024-03", "phone 12-34-56"]
)
def test_other_texts_are_no_dates(text: str) -> None:
    assert not read_dates([(text, 1)]).is_of_dates

"""Numbers, shares, dates and plurals as CLDR 46 writes them."""

import pytest

from morello.kernel.languages.locale import LOCALES, locale_of

NARROW, NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("en", 1234567, "1,234,567"),
        ("en", -1234.5, "-1,234"),
        ("en", 0.123456, "0.1235"),
        ("en", 1e-7, "1e-07"),
        ("ko", 12345, "12,345"),
        ("ja", 1234, "1,234"),
        ("zh", 0.5, "0.5"),
        ("de", 1234567, "1.234.567"),
        ("de", 3.14159, "3,142"),
        ("fr", 12345, f"12{NARROW}345"),
        ("fr", 0.5, "0,5"),
        ("es", 1234, "1234"),
        ("es", 12345, "12.345"),
        ("es", -1234, "-1234"),
        ("de", float("nan"), "nan"),
        ("de", None, "None"),
        ("de", True, "True"),
    ],
)
def test_numbers(language: str, value: object, text: str) -> None:
    assert locale_of(language).number(value) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "12.5%"), ("ko", "12.5%"), ("ja", "12.5%"), ("zh", "12.5%"),
        ("de", f"12,5{NO_BREAK}%"), ("fr", f"12,5{NARROW}%"), ("es", f"12,5{NO_BREAK}%"),
    ],
)  # fmt: skip
def test_shares(language: str, text: str) -> None:
    assert locale_of(language).share(0.125) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "March 1, 2026"), ("ko", "2026년 3월 1일"), ("ja", "2026年3月1日"),
        ("zh", "2026年3月1日"), ("de", "1. März 2026"), ("fr", "1 mars 2026"),
        ("es", "1 de marzo de 2026"),
    ],
)  # fmt: skip
def test_dates(language: str, text: str) -> None:
    assert locale_of(language).day("2026-03-01 12:00:00") == text
    assert locale_of(language).day("no date") == "no date"


@pytest.mark.parametrize(
    ("language", "value", "form"),
    [
        ("en", 1, "one"), ("en", 0, "other"), ("en", 1.5, "other"), ("en", -1, "other"),
        ("ko", 1, "other"), ("ja", 1, "other"), ("zh", 1, "other"),
        ("de", 1, "one"), ("de", 2, "other"),
        ("fr", 0, "one"), ("fr", 1.5, "one"), ("fr", 2, "other"), ("fr", 3_000_000, "many"),
        ("es", 1, "one"), ("es", 0, "other"), ("es", 1_000_000, "many"),
        ("en", "many", "other"), ("en", None, "other"),
    ],
)  # fmt: skip
def test_plurals(language: str, value: object, form: str) -> None:
    assert locale_of(language).plural_form(value, ["one", "many", "other"]) == form


def test_fewer_forms_serve_all() -> None:
    assert locale_of("fr").plural_form(1_000_000, ["ligne", "lignes"]) == "lignes"
    assert locale_of("ja").plural_form(1, ["行"]) == "行"


def test_what_is_unknown_is_written_as_in_english() -> None:
    assert locale_of("xx") is LOCALES["en"]

"""How each language writes numbers, percents, dates and plurals (Unicode CLDR 46, our part of it).

Seven locales fit into a table; a library of all of them would cost every start more than it.
"""

import dataclasses
import datetime
import math
from collections.abc import Callable
from typing import Any, Literal

Plural = Literal["one", "many", "other"]

_NO_BREAK = "\N{NO-BREAK SPACE}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"
_SMALL_NUMBER = 1000
_DAY_LETTERS = 10


def _one_thing(value: float) -> Plural:
    return "one" if value == 1 else "other"


def _below_two(value: float) -> Plural:
    """French: 0 and 1.5 are singular; a whole number of millions takes `de`."""
    return "one" if abs(value) < 2 else _millions(value)  # noqa: PLR2004 - the rule


def _one_or_millions(value: float) -> Plural:
    return "one" if value == 1 else _millions(value)


def _millions(value: float) -> Plural:
    return "many" if value and value % 1_000_000 == 0 else "other"


def _never(_: float) -> Plural:
    return "other"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """How one language writes. `percent` is a pattern of a number, `date` of day, month, year."""

    name: str
    """The language's name in itself."""
    reviewed: bool = True
    """Whether somebody who speaks it has read its texts."""
    group: str = ","
    point: str = "."
    grouped_from: int = 1_000
    """Spanish groups from five digits on."""
    percent: str = "{}%"
    list_separator: str = ", "
    plural: Callable[[float], Plural] = _never
    """The category of a number (CLDR cardinal rules)."""
    date: str
    months: tuple[str, ...] = ()
    units: tuple[tuple[float, str], ...] = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
    """Sizes that short numbers are told in, largest first, and what is written after them."""

    def written(self, plain: str) -> str:
        """Return a number written as Python writes it (`-1,234.5`, `1e-05`) as this language does.

        Only where there are commas are thousands set apart.
        """
        digits, mark, power = plain.partition("e")
        whole, dot, part = digits.partition(".")
        if len(whole.strip("-").replace(",", "")) < len(str(self.grouped_from)):
            whole = whole.replace(",", "")
        return whole.replace(",", self.group) + (self.point if dot else "") + part + mark + power

    def number(self, value: Any) -> str:
        """Return a number for people: grouped, four significant digits when not whole."""
        if not isinstance(value, int | float) or isinstance(value, bool):  # a missing one, say
            return str(value)
        if not math.isfinite(value):
            return str(value)
        if float(value).is_integer():
            return self.written(f"{int(value):,}")
        if abs(value) >= _SMALL_NUMBER:
            return self.written(f"{value:,.0f}")
        return self.written(f"{value:.4g}")

    def share(self, value: float) -> str:
        """Return a share of one in percent."""
        return self.percent.format(self.number(value * 100))

    def day(self, value: object) -> str:
        """Return a date, or text that begins with one, in words; other text as it is."""
        text = str(value)
        try:
            date = datetime.date.fromisoformat(text[:_DAY_LETTERS])
        except ValueError:
            return text
        month = self.months[date.month - 1] if self.months else str(date.month)
        return self.date.format(day=date.day, month=month, year=date.year)

    def plural_form(self, value: Any, forms: list[str]) -> str:
        """Choose between `one|other` or `one|many|other`; a single form serves all."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        category = self.plural(value) if is_number else "other"
        if category == "one":
            return forms[0]
        return forms[-2] if category == "many" and len(forms) > 2 else forms[-1]  # noqa: PLR2004 - three


_ENGLISH = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_GERMAN = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
    "Oktober", "November", "Dezember",
)  # fmt: skip
_FRENCH = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_SPANISH = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip

LOCALES = {
    "en": Locale(
        name="English", plural=_one_thing, date="{month} {day}, {year}", months=_ENGLISH
    ),
    "ko": Locale(
        name="한국어",
        date="{year}년 {month}월 {day}일",
        units=((1e12, "조"), (1e8, "억"), (1e4, "만")),
    ),
    "ja": Locale(
        name="日本語",
        reviewed=False,
        list_separator="、",
        date="{year}年{month}月{day}日",
        units=((1e12, "兆"), (1e8, "億"), (1e4, "万")),
    ),
    "zh": Locale(
        name="中文",
        reviewed=False,
        list_separator="、",
        date="{year}年{month}月{day}日",
        units=((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
    ),
    "de": Locale(
        name="Deutsch",
        reviewed=False,
        group=".",
        point=",",
        percent=f"{{}}{_NO_BREAK}%",
        plural=_one_thing,
        date="{day}. {month} {year}",
        months=_GERMAN,
        units=tuple(
            (size, _NO_BREAK + name)
            for size, name in ((1e12, "Bio."), (1e9, "Mrd."), (1e6, "Mio."), (1e3, "Tsd."))
        ),
    ),
    "fr": Locale(
        name="Français",
        reviewed=False,
        group=_NARROW,
        point=",",
        percent=f"{{}}{_NARROW}%",
        plural=_below_two,
        date="{day} {month} {year}",
        months=_FRENCH,
        units=tuple(
            (size, _NO_BREAK + name)
            for size, name in ((1e12, "Bn"), (1e9, "Md"), (1e6, "M"), (1e3, "k"))
        ),
    ),
    "es": Locale(
        name="Español",
        reviewed=False,
        group=".",
        point=",",
        grouped_from=10_000,
        percent=f"{{}}{_NO_BREAK}%",
        plural=_one_or_millions,
        date="{day} de {month} de {year}",
        months=_SPANISH,
        units=tuple(
            (size, _NO_BREAK + name) for size, name in ((1e12, "B"), (1e6, "M"), (1e3, "mil"))
        ),
    ),
}  # fmt: skip
"""By language (ISO 639-1); `zh` is written in simplified characters."""


def locale_of(language: str) -> Locale:
    """Return how a language writes; as English does where it is none of ours."""
    return LOCALES.get(language, LOCALES["en"])

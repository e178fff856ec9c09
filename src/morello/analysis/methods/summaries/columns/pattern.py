"""The shape of a text: `Seoul 101` is `Aa+ 9{3}`."""

import itertools
import unicodedata

PATTERN_LENGTH_MAX = 60


def pattern(text: str) -> str:
    """Return upper letters as `A`, lower as `a`, others as `L`, digits as `9`, the rest as it is.

    A run of letters ends in `+`, of digits in its length; a long pattern is cut and ends in `…`.
    Marks belong to the letters they stand on (Unicode's categories M), as in Hindi or Thai.
    """
    if not text.isascii():
        text = "".join(each for each in text if not unicodedata.category(each).startswith("M"))
    shape = "".join(
        _run(kind, sum(1 for _ in run)) for kind, run in itertools.groupby(text, key=_kind)
    )
    return shape if len(shape) <= PATTERN_LENGTH_MAX else f"{shape[:PATTERN_LENGTH_MAX]}…"


def _kind(character: str) -> str:
    if character.isdecimal():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a" if character.islower() else "L"
    return character


def _run(kind: str, length: int) -> str:
    if length == 1:
        return kind
    if kind == "9":
        return f"9{{{length}}}"
    return f"{kind}+" if kind in "AaL" else kind * length

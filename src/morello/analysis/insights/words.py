"""Parameters of sentences: numbers rounded for people, and what is higher or lower."""

import math

from morello.kernel.messages import Message


def say(kind: str, /, **parameters: object) -> Message:
    """Make a message `insight.<kind>`; numbers are rounded to three digits."""
    return Message(
        id=f"insight.{kind}",
        parameters={
            key: rounded(each) if isinstance(each, float) else each
            for key, each in parameters.items()
        },
    )


def rounded(number: float, digits: int = 3) -> float:
    """Round to significant digits; whole numbers above them stay whole."""
    if not math.isfinite(number) or number == 0:
        return number
    return round(number, max(digits - 1 - math.floor(math.log10(abs(number))), 0))


def share(number: float) -> float:
    """Round a share for a percentage: whole percents, tenths below 10 %, two digits below 0.1 %."""
    if abs(number) < 0.001:  # noqa: PLR2004 - few are not none
        return rounded(number, 2)
    return round(number, 2) if abs(number) >= 0.1 else round(number, 3)  # noqa: PLR2004 - 10 %


def direction(number: float) -> str:
    """Return the last part of a message's id."""
    return "higher" if number > 0 else "lower"


def compared(kind: str, given: float, other: float, /, **parameters: object) -> Message:
    """Say that a positive number is a share higher or lower than another, or how many times.

    Where a ratio means nothing (zero, negative numbers), say by how much instead.
    """
    numbers = {"given": given, "other": other}
    if given <= 0 or other <= 0:
        difference = abs(given - other)
        way = f"by.{direction(given - other)}"
        return say(f"{kind}.{way}", **parameters, **numbers, difference=difference)
    if given / other >= _TIMES_MIN:
        return say(f"{kind}.times", **parameters, **numbers, times=given / other)
    change = share(abs(given / other - 1))
    return say(f"{kind}.{direction(given - other)}", **parameters, **numbers, change=change)


_TIMES_MIN = 2.5


def plain(value: object) -> object:
    """Return a column's value as a parameter: text, number or boolean; the rest as text."""
    if isinstance(value, str | bool | int | float):
        return value
    return str(value)

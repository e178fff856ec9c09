"""Why a total or an average changed: size, mix, rate, group by group, adding up to the last digit.

The decomposition of Oaxaca (1973) and Blinder (1973) with its interaction kept apart, in exact
fractions. Of a total: what more or fewer rows make at the old mix and the old averages (size), what
a different mix makes (mix), what the groups' own averages make (rate), and what the last two make
only together (both). An average or ratio has no size.
"""

import dataclasses
import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

DIGITS = 12
"""Of the largest number told; everything is rounded to this one unit, so that it still adds up."""

_ZERO = Fraction(0)


@dataclasses.dataclass(frozen=True, slots=True)
class Sides:
    """A group before and after: what is measured (a sum), and what it counts for (its weight).

    Of a total and an average the weight is the rows, of a ratio the sum of what is divided by.
    """

    before: Fraction
    after: Fraction
    weight_before: Fraction
    weight_after: Fraction


@dataclasses.dataclass(frozen=True, slots=True)
class Effects:
    """What a group contributes to the change, in four parts."""

    size: Fraction
    mix: Fraction
    rate: Fraction
    both: Fraction

    @property
    def parts(self) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """The four in order: size, mix, rate, both."""
        return self.size, self.mix, self.rate, self.both


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """The whole before and after, and the parts of each group: numbers that add up as printed.

    As decimals, `before` plus all parts of all groups is `after` exactly.
    """

    before: Decimal
    after: Decimal
    parts: list[tuple[Decimal, Decimal, Decimal, Decimal]]

    @property
    def change(self) -> Decimal:
        """What the parts add up to."""
        return self.after - self.before


def of_total(groups: Sequence[Sides]) -> list[Effects]:
    """Decompose the change of the sum of all groups; a new or vanished group has no rate."""
    weight_before = sum((each.weight_before for each in groups), _ZERO)
    weight_after = sum((each.weight_after for each in groups), _ZERO)
    if not weight_before or not weight_after:
        return [Effects(each.after - each.before, _ZERO, _ZERO, _ZERO) for each in groups]
    growth = weight_after / weight_before - 1
    found = []
    for each in groups:
        size = each.before * growth
        whole = each.after - each.before
        if not each.weight_before or not each.weight_after:
            found.append(Effects(size, whole - size, _ZERO, _ZERO))
            continue
        more = each.weight_after - each.weight_before
        old = each.before / each.weight_before
        change = each.after / each.weight_after - old
        found.append(Effects(size, more * old - size, each.weight_before * change, more * change))
    return found


def of_average(groups: Sequence[Sides]) -> list[Effects]:
    """Decompose the change of sum over weight; each weight's sum must not be 0.

    A group's mix is told against the old average of all: growing where it is high lifts the whole.
    """
    weight_before = sum((each.weight_before for each in groups), _ZERO)
    weight_after = sum((each.weight_after for each in groups), _ZERO)
    level = sum((each.before for each in groups), _ZERO) / weight_before
    found = []
    for each in groups:
        share_before = each.weight_before / weight_before
        share_after = each.weight_after / weight_after
        if not each.weight_before or not each.weight_after:
            whole = each.after / weight_after - level * share_after
            whole -= each.before / weight_before - level * share_before
            found.append(Effects(_ZERO, whole, _ZERO, _ZERO))
            continue
        old = each.before / each.weight_before
        change = each.after / each.weight_after - old
        shift = share_after - share_before
        found.append(Effects(_ZERO, shift * (old - level), share_before * change, shift * change))
    return found


def largest_of(before: Fraction, after: Fraction, effects: Sequence[Effects]) -> Fraction:
    """Return the largest number there is to tell, which sets the unit of all."""
    parts = list(zip(*(each.parts for each in effects), strict=True))
    sums = [sum(each, _ZERO) for each in parts]
    found: Fraction = max(
        abs(each) for each in (before, after, *sums, *(x for part in parts for x in part))
    )
    return found


def told(before: Fraction, after: Fraction, effects: Sequence[Effects], largest: Fraction) -> Told:
    """Round everything to one unit, so that what is printed adds up to the last digit.

    The unit is the twelfth digit of `largest`: decompositions that are told together share one.

    What rounding leaves over (a few units of the twelfth digit) goes to the largest of the four
    parts, and within a part to the largest group.
    """
    parts = list(zip(*(each.parts for each in effects), strict=True)) or [()] * 4
    sums = [sum(each, _ZERO) for each in parts]
    places = DIGITS - 1 - _magnitude(largest)
    scale = Fraction(10) ** places
    ends = round(before * scale), round(after * scale)
    if effects:
        columns = _adding_up([each * scale for each in sums], ends[1] - ends[0])
        rounded = [
            _adding_up([each * scale for each in part], total)
            for part, total in zip(parts, columns, strict=True)
        ]
    else:
        rounded = [[], [], [], []]
    numbers = [[Decimal(each).scaleb(-places) for each in part] for part in rounded]
    return Told(
        Decimal(ends[0]).scaleb(-places),
        Decimal(ends[1]).scaleb(-places),
        list(zip(*numbers, strict=True)),
    )


def _adding_up(numbers: Sequence[Fraction], total: int) -> list[int]:
    """Round numbers so that they add up; the largest takes what is left over."""
    whole = [round(each) for each in numbers]
    place = max(range(len(whole)), key=lambda index: abs(whole[index]))
    whole[place] += total - sum(whole)
    return whole


def _magnitude(number: Fraction) -> int:
    """Return the power of ten of a number's first digit; 0 for 0."""
    if not number:
        return 0
    guess = math.floor(math.log10(number.numerator) - math.log10(number.denominator))
    while Fraction(10) ** (guess + 1) <= number:
        guess += 1
    while Fraction(10) ** guess > number:
        guess -= 1
    return guess

"""Names of columns that belong to one series: `1960`, `1961`; `pixel_0_1`, `pixel_0_2`."""

import re
from collections.abc import Iterable

_DIGITS = re.compile(r"\d+")


def are_numbered(names: Iterable[str]) -> bool:
    """Tell whether several names differ in nothing but their numbers."""
    given = list(names)
    stems = {_DIGITS.sub("#", each) for each in given}
    return len(given) > 1 and len(stems) == 1 and "#" in stems.pop()

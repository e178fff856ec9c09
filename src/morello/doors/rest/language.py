"""Which language a caller wants, from `Accept-Language` (RFC 9110, section 12.5.4)."""

import functools

from morello.kernel.messages import DEFAULT_LANGUAGE, LANGUAGES

_RANGES_MAX = 20


@functools.lru_cache(maxsize=256)
def language_of(header: str) -> str:
    """Return the language of ours that is wanted most, English when none is."""
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for each in header.split(",")[:_RANGES_MAX]:
        wanted, _, parameter = each.partition(";")
        language = wanted.strip().lower().partition("-")[0]
        weight = _weight(parameter)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0

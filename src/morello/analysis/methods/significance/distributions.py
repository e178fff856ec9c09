"""Tail probabilities of the normal, t, F, chi-squared, Kolmogorov and Kuiper distributions.

In closed form or by series, so that nothing has to import `scipy.stats` (a second on its own).
Formula numbers are those of the NIST Digital Library of Mathematical Functions (DLMF).
"""

import math
from collections.abc import Iterable, Iterator

_TERMS_MAX = 500
_TINY = 1e-300
_PRECISION = 1e-14


def normal_tail(z: float) -> float:
    """Return the two-sided probability of a standard normal beyond |z|."""
    return math.erfc(abs(z) / math.sqrt(2))


def t_tail(t: float, degrees: float) -> float:
    """Return the two-sided probability of Student's t beyond |t|; 1 without degrees of freedom."""
    if not degrees > 0 or math.isnan(t):
        return 1.0
    return 0.0 if math.isinf(t) else _beta(degrees / 2, 0.5, degrees / (degrees + t * t))


def f_tail(f: float, upper_degrees: float, lower_degrees: float) -> float:
    """Return the probability of Fisher's F above `f`."""
    if not (f > 0 and upper_degrees > 0 and lower_degrees > 0):
        return 1.0
    if math.isinf(f):
        return 0.0
    x = lower_degrees / (lower_degrees + upper_degrees * f)
    return _beta(lower_degrees / 2, upper_degrees / 2, x)


def chi_squared_tail(x: float, degrees: float) -> float:
    """Return the probability of chi-squared above `x`."""
    if not (x > 0 and degrees > 0):
        return 1.0
    a, x = degrees / 2, x / 2
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:  # DLMF 8.7.1
        term = total = 1 / a
        for k in range(1, _TERMS_MAX):
            term *= x / (a + k)
            total += term
            if term < total * _PRECISION:
                break
        return max(0.0, 1 - front * total)
    steps = ((-k * (k - a), x + 2 * k + 1 - a) for k in range(1, _TERMS_MAX))  # DLMF 8.9.2
    return min(1.0, front / _continued_fraction(x + 1 - a, steps))


def kolmogorov_tail(x: float) -> float:
    """Return the probability that a Brownian bridge ever leaves ±x (Kolmogorov, 1933)."""
    if x < 0.2:  # noqa: PLR2004 - below it the probability is 1 to 12 digits
        return 1.0
    terms = ((-1) ** (k + 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * math.fsum(terms)))


def kuiper_tail(x: float) -> float:
    """Return the probability that the range of a Brownian bridge exceeds x (Kuiper, 1960)."""
    if x < 0.5:  # noqa: PLR2004 - below it the probability is 1 to 12 digits
        return 1.0
    squares = ((k * x) ** 2 for k in range(1, 101))
    terms = ((4 * each - 1) * math.exp(-2 * each) for each in squares)
    return min(1.0, max(0.0, 2 * math.fsum(terms)))


def correlation_tail(r: float, rows: float) -> float:
    """Return the two-sided p of a correlation `r` over `rows` independent rows."""
    degrees = rows - 2
    if degrees <= 0:
        return 1.0
    if abs(r) >= 1:
        return 0.0
    return t_tail(r * math.sqrt(degrees / (1 - r * r)), degrees)


def _beta(a: float, b: float, x: float) -> float:
    """Return the regularized incomplete beta function I_x(a, b), DLMF 8.17.22."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return max(0.0, 1 - _beta(b, a, 1 - x))
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(x) + b * math.log1p(-x)) / a
    return min(1.0, front / _continued_fraction(1.0, _beta_steps(a, b, x)))


def _beta_steps(a: float, b: float, x: float) -> Iterator[tuple[float, float]]:
    for k in range(1, _TERMS_MAX):
        m = k // 2
        if k % 2:
            yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1.0
        else:
            yield m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1.0


def _continued_fraction(first: float, steps: Iterable[tuple[float, float]]) -> float:
    """Return first + n1/(d1 + n2/(d2 + ...)) by the modified Lentz method (DLMF 3.10(iii))."""
    value = first or _TINY
    c, d = value, 0.0
    for numerator, denominator in steps:
        d = denominator + numerator * d or _TINY
        c = denominator + numerator / c or _TINY
        d = 1 / d
        value *= c * d
        if abs(c * d - 1) < _PRECISION:
            break
    return value

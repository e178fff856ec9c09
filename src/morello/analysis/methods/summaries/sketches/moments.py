"""Mean, deviation, skewness and kurtosis, merged exactly.

Source: P. Pébay, Formulas for robust, one-pass parallel computation of covariances and
arbitrary-order statistical moments, Sandia report SAND2008-6212 (2008).
"""

import dataclasses
import math
from typing import Self

import numpy as np
import numpy.typing as npt

_EXPONENT_SAFE = 200
"""Sums of fourth powers of values up to `2 ** 200` still fit a float."""
_NO_SPREAD = -1100
"""Below the exponent of any float: what has no spread must not set the units."""


@dataclasses.dataclass(slots=True)
class Moments:
    """Central moment sums of finite numbers, in units of `2 ** exponent` so that none overflows."""

    count: int = 0
    mean: float = 0.0
    exponent: int = _NO_SPREAD
    second: float = 0.0
    third: float = 0.0
    fourth: float = 0.0

    @classmethod
    def of(cls, values: npt.NDArray[np.float64], least: float, greatest: float) -> Self:
        """Take finite values whose least and greatest are known."""
        count = len(values)
        if least == greatest:
            return cls(count=count, mean=least)
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(values.mean())
            if not math.isfinite(mean):
                mean = float((values / count).sum())
            spread = max(greatest - mean, mean - least)
            if not math.isfinite(spread):
                return cls(count=count, mean=mean, second=math.nan)
            exponent = math.frexp(spread)[1]
            away = values - mean
            if abs(exponent) < _EXPONENT_SAFE:
                scaled = exponent  # by what the sums shall be divided, not the values
            else:
                np.ldexp(away, -exponent, out=away)
                scaled = 0
            square = away * away
        # Not BLAS: its threads cost more than they save on so few values.
        third, fourth = np.einsum("i,i->", away, square), np.einsum("i,i->", square, square)
        return cls(
            count,
            mean,
            exponent,
            math.ldexp(float(square.sum()), -2 * scaled),
            math.ldexp(float(third), -3 * scaled),
            math.ldexp(float(fourth), -4 * scaled),
        )

    def merge(self, other: Self) -> None:
        """Add the other's values to these."""
        if not other.count:
            return
        if not self.count:
            for field in dataclasses.fields(self):
                setattr(self, field.name, getattr(other, field.name))
            return
        count = self.count + other.count
        delta = other.mean - self.mean
        if not math.isfinite(delta):
            self.mean = self.mean * (self.count / count) + other.mean * (other.count / count)
            self.count, self.second = count, math.nan
            return
        exponent = max(self.exponent, other.exponent, math.frexp(delta)[1] if delta else _NO_SPREAD)
        a, b = self._in_units(exponent), other._in_units(exponent)
        step = math.ldexp(delta, -exponent)
        n, m = self.count, other.count
        self.fourth = (
            a[2]
            + b[2]
            + step**4 * n * m * (n * n - n * m + m * m) / count**3
            + 6 * step**2 * (n * n * b[0] + m * m * a[0]) / count**2
            + 4 * step * (n * b[1] - m * a[1]) / count
        )
        self.third = (
            a[1]
            + b[1]
            + step**3 * n * m * (n - m) / count**2
            + 3 * step * (n * b[0] - m * a[0]) / count
        )
        self.second = a[0] + b[0] + step**2 * n * m / count
        self.mean += delta * (m / count)
        self.count, self.exponent = count, exponent

    @property
    def deviation(self) -> float | None:
        """Sample standard deviation; None below two values or beyond what a float can hold."""
        if self.count < 2:  # noqa: PLR2004 - the definition's
            return None
        scaled = math.sqrt(self.second / (self.count - 1))
        try:
            return _finite(math.ldexp(scaled, self.exponent))
        except OverflowError:
            return None

    @property
    def skewness(self) -> float | None:
        """Population skewness; None without spread."""
        if not self.second > 0:
            return None
        return _finite(math.sqrt(self.count) * self.third / self.second**1.5)

    @property
    def kurtosis(self) -> float | None:
        """Population excess kurtosis; None without spread."""
        if not self.second > 0:
            return None
        return _finite(self.count * self.fourth / self.second**2 - 3.0)

    def _in_units(self, exponent: int) -> tuple[float, float, float]:
        shift = self.exponent - exponent
        return (
            math.ldexp(self.second, 2 * shift),
            math.ldexp(self.third, 3 * shift),
            math.ldexp(self.fourth, 4 * shift),
        )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None

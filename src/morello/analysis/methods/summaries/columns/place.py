"""Two columns that together are places on the earth: where they lie, and how densely."""

import dataclasses
import math
import re
from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

from morello.analysis.methods.profile import Places
from morello.analysis.methods.summaries.sketches.products import Lane
from morello.analysis.methods.summaries.sketches.rows import Rows

GRID_CELLS = 16
"""On each side of the grid."""
PAIRS_MAX = 16
_SAMPLE_ROWS_MAX = 4096
_LATITUDE_MAX, _LONGITUDE_MAX = 90.0, 180.0
_LATITUDE = re.compile(r"(?i)(?:^|(?<=[_\s.-]))(?:latitude|lat)(?=$|[_\s.-])|위도")
_LONGITUDE = re.compile(r"(?i)(?:^|(?<=[_\s.-]))(?:longitude|long|lng|lon)(?=$|[_\s.-])|경도")
_CENTRE_MIN = 1e-9
"""Places all around the earth have no centre."""


@dataclasses.dataclass(slots=True)
class PlacePair:
    """Rows that have both numbers; the mean of their directions from the middle of the earth."""

    latitude: int
    longitude: int
    """Positions of the columns."""
    count: int = 0
    outside: int = 0
    """Rows that are no place, with a latitude beyond 90 or a longitude beyond 180 degrees."""
    south: float = math.inf
    north: float = -math.inf
    west: float = math.inf
    east: float = -math.inf
    sums: npt.NDArray[np.float64] = dataclasses.field(default_factory=lambda: np.zeros(3))
    sample: Rows = dataclasses.field(default_factory=lambda: Rows(_SAMPLE_ROWS_MAX, 2))

    def update(self, latitude: Lane, longitude: Lane) -> None:
        """Add rows."""
        latitudes, longitudes = _both(latitude, longitude)
        if not len(latitudes):
            return
        fits = (np.abs(latitudes) <= _LATITUDE_MAX) & (np.abs(longitudes) <= _LONGITUDE_MAX)
        self.outside += int(np.count_nonzero(~fits))
        if self.outside:  # it is no pair of this kind: there is nothing more to know
            return
        self.count += len(latitudes)
        self._stretch(latitudes.min(), latitudes.max(), longitudes.min(), longitudes.max())
        self.sums = self.sums + _directions(latitudes, longitudes)
        self.sample.update([Lane(latitudes, None), Lane(longitudes, None)])

    def merge(self, other: Self) -> None:
        """Add the other's rows to these."""
        self.count += other.count
        self.outside += other.outside
        self._stretch(other.south, other.north, other.west, other.east)
        self.sums = self.sums + other.sums
        self.sample.merge(other.sample)

    def profile(self, names: Sequence[str]) -> Places | None:
        """Return what is known; None when they are no places."""
        if self.outside or not self.count:
            return None
        x, y, z = (self.sums / self.count).tolist()
        has_centre = math.hypot(x, y, z) > _CENTRE_MIN
        grid, _, _ = np.histogram2d(
            self.sample.values[:, 0],
            self.sample.values[:, 1],
            bins=GRID_CELLS,
            range=[_range(self.south, self.north), _range(self.west, self.east)],
        )
        return Places(
            latitude=names[self.latitude],
            longitude=names[self.longitude],
            rows=self.count,
            south=self.south,
            north=self.north,
            west=self.west,
            east=self.east,
            centre_latitude=math.degrees(math.atan2(z, math.hypot(x, y))) if has_centre else None,
            centre_longitude=math.degrees(math.atan2(y, x)) if has_centre else None,
            grid=grid.astype(int).tolist(),
            grid_rows=len(self.sample.values),
        )

    def _stretch(self, south: float, north: float, west: float, east: float) -> None:
        self.south, self.north = min(self.south, float(south)), max(self.north, float(north))
        self.west, self.east = min(self.west, float(west)), max(self.east, float(east))


def pairs_of(names: Sequence[str], numbers: Sequence[int]) -> list[PlacePair]:
    """Return the pairs among columns of numbers that are named like latitude and longitude."""
    longitudes = {
        _LONGITUDE.sub(_same_script, names[at]): at
        for at in numbers
        if _LONGITUDE.search(names[at])
    }
    found = []
    for at in numbers:
        if not _LATITUDE.search(names[at]):
            continue
        partner = longitudes.get(_LATITUDE.sub(_same_script, names[at]))
        if partner is not None and partner != at:
            found.append(PlacePair(at, partner))
    return found[:PAIRS_MAX]


def _both(
    latitude: Lane, longitude: Lane
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    valid = [lane.valid for lane in (latitude, longitude) if lane.valid is not None]
    if not valid:
        return latitude.values, longitude.values
    shared = np.logical_and.reduce(valid)
    return latitude.values[shared], longitude.values[shared]


def _same_script(found: re.Match[str]) -> str:
    return "*" if found[0].isascii() else "**"


def _directions(
    latitudes: npt.NDArray[np.float64], longitudes: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the sum of the unit vectors that point at places."""
    north, east = np.radians(latitudes), np.radians(longitudes)
    level = np.cos(north)
    return np.array(
        [(level * np.cos(east)).sum(), (level * np.sin(east)).sum(), np.sin(north).sum()]
    )


def _range(low: float, high: float) -> tuple[float, float]:
    return (low, high) if low < high else (low - 0.5, high + 0.5)

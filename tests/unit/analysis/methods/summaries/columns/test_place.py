"""Latitude and longitude together are places: bounds, centre, and where they are dense."""

import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.methods.profile import Places
from morello.analysis.methods.summaries.columns.place import GRID_CELLS
from morello.analysis.methods.summaries.encoding import from_bytes, to_bytes
from morello.analysis.methods.summaries.table import merge, summarize


def places(latitudes: list[float | None], longitudes: list[float | None]) -> list[Places]:
    batch = pa.RecordBatch.from_pydict({"lat": latitudes, "lon": longitudes})
    half = len(latitudes) // 2
    merged = merge(summarize(batch.slice(half)), summarize(batch.slice(0, half)))
    return from_bytes(to_bytes(merged)).profile().places


def test_bounds_centre_and_density() -> None:
    generator = np.random.default_rng(1)
    latitudes = [37.5 + each for each in generator.normal(0, 0.01, 9000)] + [38.0, None, 10.0]
    longitudes = [127.0 + each for each in generator.normal(0, 0.01, 9000)] + [128.0, 127.0, None]
    (found,) = places([*latitudes], [*longitudes])
    assert (found.latitude, found.longitude, found.rows) == ("lat", "lon", 9001)
    assert (found.north, found.east) == (38.0, 128.0)
    assert found.south == min(latitudes[:9001])
    assert found.centre_latitude == pytest.approx(37.5, abs=0.001)
    assert found.centre_longitude == pytest.approx(127.0, abs=0.001)
    assert found.grid_rows == np.sum(found.grid) == 4096
    assert np.shape(found.grid) == (GRID_CELLS, GRID_CELLS)
    assert np.sum(np.array(found.grid)[:3, :3]) > 4000


def test_a_centre_across_the_antimeridian_lies_there() -> None:
    (found,) = places([-17.0, -17.0], [179.0, -179.0])
    assert abs(found.centre_longitude or 0.0) == pytest.approx(180.0)
    assert found.centre_latitude == pytest.approx(-17.0, abs=0.01)


def test_places_all_around_have_no_centre() -> None:
    (found,) = places([0.0, 0.0], [0.0, 180.0])
    assert found.centre_latitude is None


def test_one_place_alone() -> None:
    (found,) = places([1.0], [2.0])
    assert (found.rows, np.sum(found.grid)) == (1, 1)


@pytest.mark.parametrize(
    ("latitudes", "longitudes"),
    [([91.0, 1.0], [1.0, 1.0]), ([1.0, 1.0], [1.0, -181.0]), ([None], [1.0]), ([], [])],
)
def test_what_is_no_place_is_not_told(
    latitudes: list[float | None], longitudes: list[float | None]
) -> None:
    batch = pa.RecordBatch.from_arrays(
        [pa.array(latitudes, pa.float64()), pa.array(longitudes, pa.float64())], ["lat", "lon"]
    )
    profile = summarize(batch).profile()
    assert profile.places == []
    assert all(column.kind != "geographic" for column in profile.columns)

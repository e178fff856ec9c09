"""Names that differ in nothing but numbers belong to one series."""

import pytest

from morello.analysis.methods.quality.names import are_numbered


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["1960", "1961"], True),
        (["pixel_0_1", "pixel_10_2"], True),
        (["mean radius", "mean area"], False),
        (["a", "a1"], False),
        (["x1"], False),
        ([], False),
    ],
)
def test_numbered_names(names: list[str], expected: bool) -> None:
    assert are_numbered(names) is expected

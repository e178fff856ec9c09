"""Letters on a heatmap's cells can be read, whatever the cell's strength (WCAG 2.2, 1.4.3)."""

import itertools
import re

import pytest

from morello.analysis.charts.drawing.style import DARK, LIGHT, STYLE, heat_opacities

CONTRAST_MIN = 4.5


def _colour(rules: str, name: str) -> tuple[float, ...]:
    found = re.search(rf"--c-{name}:#([0-9a-f]+)", rules)
    assert found is not None
    digits = found[1] if len(found[1]) == 6 else "".join(each * 2 for each in found[1])
    return tuple(int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))


def _luminance(colour: tuple[float, ...]) -> float:
    parts = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize(("scheme", "rules"), [("light", LIGHT), ("dark", DARK)])
@pytest.mark.parametrize("cell", ["0", "1"])
def test_every_step_keeps_its_contrast(scheme: str, rules: str, cell: str) -> None:
    paper, ink, full = (_colour(rules, each) for each in ("paper", "ink", cell))
    for opacity in heat_opacities(scheme):
        mixed = tuple(
            opacity * top + (1 - opacity) * under for top, under in zip(full, paper, strict=True)
        )
        light, dark = sorted((_luminance(mixed), _luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= CONTRAST_MIN, (scheme, cell, opacity)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_steps_grow(scheme: str) -> None:
    opacities = heat_opacities(scheme)
    assert all(a < b for a, b in itertools.pairwise(opacities))
    assert f"heat-{len(opacities) - 1}" in STYLE

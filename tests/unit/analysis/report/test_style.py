"""Colours keep the contrast that WCAG 2.2 asks for, light and dark."""

import re

import pytest

from morello.analysis.charts.drawing import style as charts
from morello.analysis.report import style

_TEXT_MIN = 4.5  # success criterion 1.4.3
_SHAPE_MIN = 3.0  # success criterion 1.4.11


def colours(properties: str) -> dict[str, str]:
    found = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})", properties))
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * each for each in value[1:])
        for name, value in found.items()
    }


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("properties", [style.LIGHT, style.DARK], ids=["light", "dark"])
def test_text_of_the_report(properties: str) -> None:
    found = {**colours(style.LIGHT), **colours(properties)}
    for name in ("ink", "soft", "cherry", "leaf", "warm", "cool"):
        for ground in ("paper", "page", "code"):
            assert contrast(found[name], found[ground]) >= _TEXT_MIN, (name, ground)


@pytest.mark.parametrize("properties", [charts.LIGHT, charts.DARK], ids=["light", "dark"])
def test_shapes_and_text_of_charts(properties: str) -> None:
    found = colours(properties)
    for name in ("c-ink", "c-soft", "c-cherry"):
        assert contrast(found[name], found["c-paper"]) >= _TEXT_MIN, name
    for name in ("c-leaf", "c-bar", *(f"c-{index}" for index in range(charts.SERIES))):
        assert contrast(found[name], found["c-paper"]) >= _SHAPE_MIN, name

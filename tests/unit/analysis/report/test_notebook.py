"""The notebook's fragment stays inside itself."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from morello.analysis.insights.analysis import Analysis
from morello.analysis.report.notebook import to_html


def test_style_touches_nothing_outside(
    analysis_of: Callable[..., Analysis], read_markup: Callable[[str], list[Any]]
) -> None:
    fragment = to_html(analysis_of())
    assert read_markup(fragment)[0].attributes["class"] == "morello-notebook"
    style = re.sub(r"@media[^{]*\{", "", re.findall(r"<style>(.*?)</style>", fragment)[0])
    selectors = re.findall(r"([^{}]+)\{", style)
    assert selectors
    for selector in selectors:
        for part in selector.split(","):
            assert part.strip().startswith((".morello-chart", ".morello-notebook")), part


def test_names_stay_text(
    analysis_of: Callable[..., Analysis], read_markup: Callable[[str], list[Any]]
) -> None:
    name = "</style><script>alert(1)</script>"
    tags = {node.tag for node in read_markup(to_html(analysis_of(name, dataset=name)))}
    assert tags.isdisjoint({"script", "img", "iframe", "a"})


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_found_says_so(quiet: Analysis, language: str) -> None:
    words = {"en": "Nothing noteworthy.", "ko": "특별한 점이 없습니다."}
    assert words[language] in to_html(quiet, language)


def test_what_is_left_out_is_counted(analysis_of: Callable[..., Analysis]) -> None:
    assert "3 more in the report." in to_html(analysis_of())

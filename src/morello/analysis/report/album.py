"""The album: draws pictures for a desk and for a phone, until the report is full."""

import dataclasses

from morello.analysis.charts import svg
from morello.analysis.charts.chart import Chart
from morello.analysis.charts.drawing.element import Safe, element, join

PICTURES_BYTES_MAX = 500_000
"""All pictures of one report; those after it are left out, and their place says so."""
_POINT_BYTES = 24
"""A point in both sizes, about: what will not fit need not be drawn to know."""


@dataclasses.dataclass(slots=True)
class Album:
    """Pictures in one language, and how many bytes of them there is still room for."""

    language: str
    bytes_left: int = PICTURES_BYTES_MAX

    def draw(self, chart: Chart) -> Safe | None:
        """Return the picture in both sizes; None when there is no more room."""
        points = sum(len(series.y) for series in chart.series)
        if points * _POINT_BYTES > self.bytes_left:
            return None
        pictures = [
            element(
                "div", svg.draw(chart, self.language, width=width, with_style=False), class_=name
            )
            for name, width in (("desk", svg.WIDE), ("phone", svg.NARROW))
        ]
        size = sum(len(each.encode()) for each in pictures)
        if size > self.bytes_left:
            return None
        self.bytes_left -= size
        return join(*pictures)

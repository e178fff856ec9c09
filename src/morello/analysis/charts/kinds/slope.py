"""Slope: before and after, a line for each thing, named and numbered at both ends."""

from morello.analysis.charts.chart import Chart, Series
from morello.analysis.charts.drawing.category import name_of, order
from morello.analysis.charts.drawing.element import Safe, element, pixels
from morello.analysis.charts.drawing.frame import Drawing, Paper, axis_title, segment
from morello.analysis.charts.drawing.label import value_label
from morello.analysis.charts.drawing.lettering import BOLD, letters, width
from morello.analysis.charts.drawing.look import Look, looks
from morello.analysis.charts.drawing.scale import Scale
from morello.analysis.charts.kinds.line import apart, heights_of

_TOP = 44.0
_HEIGHT = 230.0
_ROW = 17.0
_GAP = 9.0
_NAME_SHARE = 0.4


def draw(chart: Chart, paper: Paper) -> Drawing:
    """Draw a slope chart: the first of its categories on the left, the last on the right."""
    ends = list(order(chart))
    known = [(each, look, *_ends(each, ends)) for each, look in looks(chart)]
    height = max(_HEIGHT, _ROW * len(known))
    scale = Scale.over(heights_of(chart), chart.y.scale, pad=0.02).onto(_TOP + height, _TOP + 8)
    before = ["" if a is None else value_label(a, paper.language) for _, _, a, _ in known]
    after = ["" if b is None else _named(s, b, paper.language) for s, _, _, b in known]
    left = max((width(each) for each in before), default=0.0) + _GAP
    widest = max((width(each) * BOLD for each in after), default=0.0)
    right = paper.width - min(widest, paper.width * _NAME_SHARE) - _GAP
    shapes: list[Safe] = [
        letters(axis_title(chart.y, paper.language), 0, 12, look="ink", room=paper.width),
        *_heads(ends, chart, paper, left, right),
    ]
    for series, look, start, end in known:
        shapes.append(_line(series, look, (left, scale.place(start)), (right, scale.place(end))))
    floor = _TOP + height + 4
    sides = list(zip(before, after, known, strict=True))
    starts = [(scale.place(a), words, look) for words, _, (_, look, a, _) in sides]
    finishes = [(scale.place(b), words, look) for _, words, (_, look, _, b) in sides]
    shapes += _labels(starts, left - _GAP, "end", floor, paper)
    shapes += _labels(finishes, right + _GAP, "start", floor, paper)
    return Drawing(_TOP + height + 12, shapes)


def _ends(series: Series, ends: list[str]) -> tuple[float | None, float | None]:
    values = {str(x): y for x, y in zip(series.x, series.y, strict=True)}
    return values.get(ends[0]), values.get(ends[-1]) if len(ends) > 1 else None


def _named(series: Series, value: float, language: str) -> str:
    return f"{value_label(value, language)}  {series.name}".rstrip()


def _heads(ends: list[str], chart: Chart, paper: Paper, left: float, right: float) -> list[Safe]:
    """Name both sides above their lines."""
    room = (right - left) / 2 - _GAP
    drawn = []
    for at, position, anchor in ((left, ends[0], "start"), (right, ends[-1], "end")):
        name = name_of(position, chart, paper.language)
        drawn.append(letters(name, at, _TOP - 12, anchor=anchor, look="strong", room=room))
        drawn.append(segment(at, _TOP - 4, at, _TOP + _HEIGHT + 4, "grid"))
    return drawn[: 4 if len(ends) > 1 else 2]


def _line(
    series: Series,
    look: Look,
    start: tuple[float, float | None],
    end: tuple[float, float | None],
) -> Safe:
    points = [(x, y) for x, y in (start, end) if y is not None]
    path = "L".join(f"{pixels(x)} {pixels(y)}" for x, y in points)
    dots = "".join(f"M{pixels(x)} {pixels(y)}h0" for x, y in points)
    title = element("title", series.name[:1000]) if series.name else None
    return element(
        "g",
        element("path", title, d=f"M{path}" if path else "", class_=f"line {look.ink}"),
        element("path", d=dots, class_=f"dots {look.ink}", stroke_width="7"),
    )


def _labels(
    found: list[tuple[float | None, str, Look]],
    at: float,
    anchor: str,
    floor: float,
    paper: Paper,
) -> list[Safe]:
    placed = sorted(((y, words, look) for y, words, look in found if y is not None),
                    key=lambda each: each[0])  # fmt: skip
    heights = apart([each[0] for each in placed], floor)
    room = paper.width - at if anchor == "start" else at
    return [
        letters(words, at, up + 4, anchor=anchor, look=look.text, room=max(room, 1.0))
        for up, (_, words, look) in zip(heights, placed, strict=True)
    ]

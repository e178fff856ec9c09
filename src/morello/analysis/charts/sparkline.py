"""Sparklines: a column's histogram or shares small enough for a table's cell."""

from collections.abc import Sequence

from morello.analysis.charts.drawing.element import Safe, element, pixels

_WIDTH = 120.0
_HEIGHT = 32.0


def histogram(edges: Sequence[float], counts: Sequence[int], label: str) -> Safe:
    """Draw counts between edges; `label` is its text alternative."""
    low, high = (edges[0], edges[-1]) if edges else (0.0, 0.0)
    span, most = high / 2 - low / 2, max(counts, default=0)
    steps = []
    for left, right, count in zip(edges, edges[1:], counts, strict=False):
        if not count or not span > 0:
            continue
        start, end = ((each / 2 - low / 2) / span * _WIDTH for each in (left, right))
        height = max(count / most * (_HEIGHT - 2), 1.0)
        wide = max(end - start - 0.6, 0.6)
        steps.append(
            f"M{pixels(start)} {pixels(_HEIGHT)}v-{pixels(height)}h{pixels(wide)}v{pixels(height)}z"
        )
    base = element("line", x1=0, y1=_HEIGHT, x2=_WIDTH, y2=_HEIGHT, class_="axis")
    return _picture(label, element("path", d="".join(steps), class_="fill-0"), base)


def shares(values: Sequence[float], label: str) -> Safe:
    """Draw shares of a whole (each 0 to 1) as one bar in shrinking strength."""
    left, parts = 0.0, []
    for index, share in enumerate(values):
        wide = min(max(share, 0.0), 1.0) * _WIDTH
        parts.append(
            element(
                "rect",
                x=left,
                y=10,
                width=max(min(wide, _WIDTH - left) - 1, 0.5),
                height=12,
                class_="fill-0",
                fill_opacity=f"{max(1.0 - 0.17 * index, 0.25):.2f}",
            )
        )
        left = min(left + wide, _WIDTH)
    rest = element(
        "rect", x=left, y=10, width=max(_WIDTH - left, 0.0), height=12, class_="fill-quiet",
        fill_opacity="0.25",
    )  # fmt: skip
    return _picture(label, *parts, rest)


def _picture(label: str, *shapes: Safe) -> Safe:
    return element(
        "svg",
        *shapes,
        viewBox=f"0 0 {pixels(_WIDTH)} {pixels(_HEIGHT + 1)}",
        class_="morello-chart sparkline",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
    )

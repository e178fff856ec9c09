"""Charts of every kind, from nothing to too much, with names nobody would give."""

import math
import typing
from collections.abc import Callable

import pytest

from morello.analysis.charts.chart import Axis, Chart, Kind, Mark, Range, Scale, Series
from morello.kernel.messages import Message

KINDS: tuple[Kind, ...] = typing.get_args(Kind)
HOSTILE = (
    "</svg><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "</title></desc></style><style>*{display:none}</style>",
    "<!--",
    "]]>&lt;b&gt;&amp;",
    "\u202egnp.exe\u202c\u2066x\u2069",
    "שלום עולם مرحبا",
    "👩‍👩‍👧‍👦🇰🇷" * 10,
    "x" * 500,
    "\x00\x01\x1b[31m\ud800",
    "",
    "\n\t ",
    "{0} {missing} %s",
)


def _chart(kind: Kind, ys: list[float], *, name: str = "a", scale: Scale = "linear") -> Chart:
    """Make a chart of a kind whose values are `ys`, or several boxes of five of them."""
    xs: list[float | str] = [float(index) for index in range(len(ys))]
    if kind == "histogram":
        series = [Series(name=name, x=[*xs, float(len(ys))] if ys else [], y=ys)]
    elif kind == "box":
        fives = [ys[at : at + 5] for at in range(0, len(ys) - 4, 5)] or ([ys[:1] * 5] if ys else [])
        series = [Series.box(f"{name} {index}", five) for index, five in enumerate(fives[:50])]
    elif kind in ("bar", "heatmap", "waterfall", "slope"):
        series = [Series(name=name, x=[f"{name} {x}" for x in xs], y=ys)]
    else:
        series = [Series(name=name, x=xs, y=ys)]
    x_scale: Scale = (
        "category" if kind in ("bar", "box", "heatmap", "waterfall", "slope") else scale
    )
    return Chart(
        kind=kind,
        title=Message(id=name),
        x=Axis(title=name, scale=x_scale, unit=name),
        y=Axis(title=name),
        series=series,
        marks=[
            Mark(x=1.0, label=name),
            Mark(y=1.0, label=name),
            Mark(x=1.0, y=1.0, label=name),
            Mark(x=f"{name} 0.0", y=0.5, label=name),
        ],
        ranges=[Range(start=1.0, end=3.0, label=name), Range(start=f"{name} 0.0"), Range(end=2.0)],
        note=Message(id=name),
    )


VALUES: dict[str, list[float]] = {
    "nothing": [],
    "one": [5.0],
    "zero": [0.0],
    "the same": [3.0] * 12,
    "gaps": [math.nan, 1.0, math.inf, -math.inf, 2.0, math.nan],
    "only gaps": [math.nan, math.inf],
    "huge": [1.7e308, -1.7e308, 0.0, 1e300, -1e300],
    "tiny": [5e-324, 1e-310, 0.0, 2e-308, 3e-300],
    "negative": [-5.0, -3.0, -1.0, -2.0, -4.0],
    "close together": [1e15, 1e15 + 1, 1e15 + 2, 1e15, 1e15],
    "many": [math.sin(index / 50) * index for index in range(5000)],
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return typing.cast("Kind", request.param)


@pytest.fixture(params=HOSTILE, ids=lambda text: ascii(text)[:30])
def hostile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=VALUES.values(), ids=list(VALUES))
def values(request: pytest.FixtureRequest) -> list[float]:
    return typing.cast("list[float]", request.param)


@pytest.fixture
def chart_of() -> Callable[..., Chart]:
    return _chart

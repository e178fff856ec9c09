"""A chart: what is shown, in plain values, before anybody decides how it is drawn."""

import math
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from morello.analysis.charts.condition import CONDITIONS_MAX, Behind, Condition
from morello.kernel.limits import SQL_LENGTH_MAX
from morello.kernel.messages import Message

POINTS_MAX = 5_000
"""Points of one chart, all series together; whoever builds a chart samples or bins before."""
SERIES_MAX = 60
MARKS_MAX = 100
RANGES_MAX = 50
BOX_PARTS = ("low", "lower_quartile", "median", "upper_quartile", "high")
"""The x of a series of a box chart; its y are these five numbers."""

SHARE = "share"
WEEKDAY = "weekday"
MONTH = "month"

Kind = Literal[
    "bar", "line", "histogram", "scatter", "box", "heatmap",
    "waterfall", "multiples", "calendar", "slope",
]  # fmt: skip
Scale = Literal["linear", "log", "time", "category"]
Role = Literal["plain", "highlight", "reference", "muted"]


def _number_or_gap(value: Any) -> Any:
    """NaN and infinities have no place on an axis and none in JSON: they are gaps."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


Number = Annotated[float | None, BeforeValidator(_number_or_gap)]
"""A finite number; None is a gap. NaN and infinities become gaps."""


def _plain_position(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


Position = Annotated[float | str, BeforeValidator(_plain_position)]
"""A number, a category's name, or a time as ISO 8601 text, as the x axis' scale says."""


class Axis(BaseModel):
    """One axis: its title, how positions are read, and the unit the title shows.

    With the unit `SHARE` values from 0 to 1 are drawn in percent (of y only). Of x, the categories
    1 to 7 of a `WEEKDAY` (1 is Monday) and 1 to 12 of a `MONTH` are drawn as names.
    """

    model_config = ConfigDict(frozen=True)

    title: Message | str = ""
    scale: Scale = "linear"
    unit: str = ""


class Series(BaseModel):
    """Values that belong together. `lower` and `upper` are an interval around each y.

    Categories keep the order they first appear in; names that are numbers are sorted, and bars of
    several series that never share a category stand largest first. To highlight one bar in place,
    give the plain series a gap there and put the value in a series of its own.

    For a histogram `x` holds the n + 1 edges of n counts. For a box chart each series is one box:
    see `BOX_PARTS`. For a heatmap (a cohort's retention, say) each series is a row, `x` names the
    columns. For multiples each series is a small panel with the same axes. For a calendar the one
    series has a day for each x. For a slope `x` names before and after, each series is a line.

    For a waterfall one plain series names every step in order, with what it adds, and a gap where
    a total stands; a series of role `reference` holds the totals there. It has to add up. In a
    scatter chart a series of role `reference` is a smooth curve, with its interval if it has one.
    """

    model_config = ConfigDict(frozen=True)

    name: str = ""
    x: list[Position]
    y: list[Number]
    role: Role = "plain"
    lower: list[Number] | None = None
    upper: list[Number] | None = None
    where: list[Condition] = Field(default=[], max_length=CONDITIONS_MAX)
    """Which of the chart's rows are this series'."""

    @model_validator(mode="after")
    def _bands_match(self) -> Self:
        if (self.lower is None) != (self.upper is None):
            raise ValueError("`lower` and `upper` come together")
        for band in (self.lower, self.upper):
            if band is not None and len(band) != len(self.y):
                raise ValueError("an interval has one bound for each y")
        return self

    @classmethod
    def box(cls, name: str, numbers: list[float], role: Role = "plain") -> Self:
        """Make one box of five numbers: low, lower quartile, median, upper quartile, high."""
        return cls(name=name, x=list(BOX_PARTS), y=list(numbers), role=role)


class Mark(BaseModel):
    """Something pointed out: a vertical line (x), a horizontal line (y), or a point (both)."""

    model_config = ConfigDict(frozen=True)

    x: Position | None = None
    y: Number = None
    label: Message | str
    where: list[Condition] = Field(default=[], max_length=CONDITIONS_MAX)
    """Which of the chart's rows it points at; its position decides where there are none."""

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.x is None and self.y is None:
            raise ValueError("a mark needs x, y or both")
        return self


class Range(BaseModel):
    """A stretch along x that is shaded: from `start` to `end`; None reaches the plot's edge."""

    model_config = ConfigDict(frozen=True)

    start: Position | None = None
    end: Position | None = None
    label: Message | str = ""
    where: list[Condition] = Field(default=[], max_length=CONDITIONS_MAX)
    """Which of the chart's rows it holds; its ends decide where there are none."""


class Chart(BaseModel):
    """A picture of one statement, and the query behind it."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    title: Message
    x: Axis
    y: Axis
    series: list[Series] = Field(max_length=SERIES_MAX)
    marks: list[Mark] = Field(default=[], max_length=MARKS_MAX)
    ranges: list[Range] = Field(default=[], max_length=RANGES_MAX)
    """Shaded stretches of a chart whose x is an axis of numbers or times."""
    behind: Behind | None = None
    """How each mark leads to its rows; without it, to the rows of the whole finding."""
    sql: str = Field(default="", max_length=SQL_LENGTH_MAX)
    note: Message | None = None
    """What a reader must know: sampled, approximate, cut to the largest."""

    @model_validator(mode="after")
    def _shapes_fit(self) -> Self:
        edges = 1 if self.kind == "histogram" else 0
        for each in self.series:
            empty = edges and not each.x and not each.y
            if len(each.x) != len(each.y) + edges and not empty:
                raise ValueError(
                    f"series {each.name!r}: {len(each.x)} x and {len(each.y)} y"
                    + (" (a histogram has one edge more than counts)" if edges else "")
                )
            if self.kind == "box" and tuple(each.x) != BOX_PARTS:
                raise ValueError(f"series {each.name!r}: a box has the x {BOX_PARTS}")
        if self.kind == "waterfall" and not adds_up(self.series):
            raise ValueError("a waterfall's steps have to add up to its last total")
        if sum(len(each.y) for each in self.series) > POINTS_MAX:
            raise ValueError(f"more than {POINTS_MAX} points: sample or bin them first")
        return self


_ROUNDING = 0.005
"""A total may differ from its steps by this share of the largest number, and no more."""


def adds_up(series: list[Series]) -> bool:
    """Whether each total of a waterfall is the one before it and the steps between."""
    totals = {str(x): y for s in series if s.role == "reference" for x, y in _known(s)}
    steps = {str(x): y for s in series if s.role != "reference" for x, y in _known(s)}
    largest = max((abs(each) for each in [*totals.values(), *steps.values()]), default=0.0)
    level: float | None = None
    for name in dict.fromkeys(str(x) for each in series for x in each.x):
        if name in totals:
            if level is not None and abs(totals[name] - level) > _ROUNDING * largest:
                return False
            level = totals[name]
        else:
            level = (level or 0.0) + steps.get(name, 0.0)
    return True


def _known(series: Series) -> list[tuple[Position, float]]:
    return [(x, y) for x, y in zip(series.x, series.y, strict=True) if y is not None]

"""A profile: what is in a table, column by column, and how its numbers move together."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from morello.kernel.messages import Message

Value = bool | int | float | str
"""A plain value; times are ISO 8601 text, decimals are floats."""

ColumnKind = Literal[
    "number", "time", "category", "text", "boolean", "nested", "geographic", "empty"
]
"""How a column is read; `geographic` is one of a latitude and longitude pair."""


class TopValue(BaseModel):
    """A value, or a pattern of text, and how often it is there."""

    value: Value
    count: int


class Histogram(BaseModel):
    """Counts between edges: `len(edges) == len(counts) + 1`. Times are seconds since 1970 UTC.

    A value on an inner edge counts to its right.
    """

    edges: list[float]
    counts: list[int]


class Outliers(BaseModel):
    """How many values lie outside robust bounds."""

    lower: float
    upper: float
    below: int
    above: int
    error: int = 0
    """By how many `below` and `above` may be off, at 99 % confidence; 0 is exact."""
    method: str
    """How the bounds were set, such as `tukey_3_iqr`."""


class ColumnProfile(BaseModel):
    """What is known of one column. What does not apply to its kind is None, 0 or empty."""

    model_config = ConfigDict(ser_json_inf_nan="strings")

    name: str
    type: str
    """The Arrow type as text."""
    kind: ColumnKind
    rows: int
    nulls: int
    not_numbers: int = 0
    """NaN of floating columns; counted apart, and in nothing else."""
    infinities: int = 0
    """Counted apart; not in the moments, the quantiles, or the least and greatest value."""
    distinct: int = 0
    """Distinct values other than null, NaN and infinities."""
    distinct_error: float = 0.0
    """Relative standard error of `distinct`; 0 is exact."""
    minimum: Value | None = None
    maximum: Value | None = None
    mean: float | None = None
    """For times, seconds since 1970 UTC (times of day: since midnight)."""
    deviation: float | None = None
    """Sample standard deviation (n - 1)."""
    skewness: float | None = None
    """Population skewness, as `scipy.stats.skew`."""
    kurtosis: float | None = None
    """Population excess kurtosis, as `scipy.stats.kurtosis`."""
    quantiles: dict[str, float] = {}
    """By rank: "0.01" "0.05" "0.25" "0.5" "0.75" "0.95" "0.99". Times as seconds since 1970."""
    quantile_rank_error: float = 0.0
    """How far a quantile's true rank may be off, at 99 % confidence; 0 is exact."""
    zeros: int = 0
    negatives: int = 0
    trues: int = 0
    top: list[TopValue] = []
    """The most frequent values, the most frequent first."""
    top_error: int = 0
    """How much too low a count in `top` may be; 0 is exact."""
    histogram: Histogram | None = None
    length_minimum: int | None = None
    """Characters of text, bytes of binary, elements of lists and maps."""
    length_mean: float | None = None
    length_maximum: int | None = None
    patterns: list[TopValue] = []
    """The most frequent shapes of text, such as `Aa+ 9{3}`: `A` an upper and `a` a lower letter,
    `L` a letter without case, `9` a digit, `+` two or more, `{3}` three, the rest as it stands."""
    pattern_rows: int = 0
    """How many rows the patterns were counted over: a fair sample of the different texts."""
    outliers: Outliers | None = None


class Correlation(BaseModel):
    """Pearson's r of two columns over the rows where both have a value."""

    first: str
    second: str
    r: float
    rows: int
    error: float = 0.0
    """How far `r` may be off, at 99 % confidence, where it is of a sample; 0 is of all rows."""


class Places(BaseModel):
    """Where the places of a latitude and a longitude column lie, in degrees."""

    latitude: str
    longitude: str
    """Names of the columns."""
    rows: int
    """Rows that have both."""
    south: float
    north: float
    west: float
    east: float
    centre_latitude: float | None
    """Of the mean direction, right across 180 degrees as well; None when they lie all around."""
    centre_longitude: float | None
    grid: list[list[int]]
    """Places by cell of the bounds: rows from south to north, each from west to east."""
    grid_rows: int
    """How many rows the grid was counted over: a fair sample."""


class Profile(BaseModel):
    """What is in a table."""

    rows: int
    columns: list[ColumnProfile]
    correlations: list[Correlation] = []
    """Strongest first; pairs without spread are left out."""
    places: list[Places] = []
    notes: list[Message] = []
    """What is approximate or left out, and by how much."""

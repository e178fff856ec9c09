"""A model card: what a model was made of, how it was judged, how good it is, and where it ends.

Mitchell et al. (2019), Model cards for model reporting. It holds nothing that differs between two
trainings on the same version with the same seed.
"""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from morello.kernel.messages import Message

Kind = Literal["regression", "classification"]
Algorithm = Literal["dummy", "linear", "boosted"]
SplitMethod = Literal["time", "group", "random"]


class Metric(BaseModel):
    """A score on the rows that were kept for testing, with its 95 % interval."""

    name: str = Field(description="skill, mae, rmse, accuracy, log_loss, brier or auc.")
    value: float = Field(description="The score.")
    low: float = Field(description="Lower end of the 95 % interval.")
    high: float = Field(description="Upper end of the 95 % interval.")
    plain: float = Field(description="The same score of always saying the same thing.")


class SplitPart(BaseModel):
    """One part of the rows, and what it was for."""

    name: str = Field(description="fit, choose, calibrate or test.")
    rows: int = Field(description="Rows in it.")
    starts: datetime.datetime | None = Field(
        default=None, description="Earliest moment in it, where rows are ordered in time."
    )
    ends: datetime.datetime | None = Field(default=None, description="Latest moment in it.")


class Split(BaseModel):
    """How rows were divided, so that no row served twice."""

    method: SplitMethod = Field(description="By time, by group, or at random.")
    column: str | None = Field(description="The column it goes by.")
    parts: list[SplitPart] = Field(description="The parts, in their order.")


class Tried(BaseModel):
    """A candidate, and its loss on the rows that chose."""

    algorithm: Algorithm = Field(description="dummy, linear or boosted.")
    loss: float = Field(description="Mean squared error, or log loss, on the rows that chose.")
    chosen: bool = Field(description="Whether it became the model.")


class Driver(BaseModel):
    """A column that the model goes by."""

    column: str = Field(description="Name of the column.")
    share: float = Field(description="Its share of all that columns add to predictions, 0 to 1.")
    direction: Literal["up", "down"] | None = Field(
        description="Whether predictions rise or fall with it; null where neither holds."
    )


class Dropped(BaseModel):
    """A column that was not used."""

    column: str = Field(description="Name of the column.")
    reason: Message = Field(description="Why.")


class Honesty(BaseModel):
    """Whether intervals, or chances, mean what they say: seen on the rows kept for testing."""

    level: float | None = Field(description="Share of new values that intervals should hold.")
    half_width: float | None = Field(description="How far an interval reaches to both sides.")
    coverage: float | None = Field(description="Share of the test rows that intervals held.")
    coverage_low: float | None = Field(description="Lower end of its 95 % interval.")
    coverage_high: float | None = Field(description="Upper end of its 95 % interval.")
    method: str = Field(description="conformal, or how chances were corrected.")
    error: float | None = Field(description="How far chances are from what came true, 0 to 1.")
    error_before: float | None = Field(description="The same before they were corrected.")


class Card(BaseModel):
    """Everything a reader should know before trusting a model."""

    model_config = ConfigDict(ser_json_inf_nan="strings")

    summary: Message = Field(description="What the model does, and how well, in a sentence.")
    worth: bool = Field(description="Whether it is better than always saying the same thing.")
    kind: Kind = Field(description="regression (a number) or classification (a class).")
    target: str = Field(description="The column that is predicted.")
    classes: list[str] = Field(description="The classes it tells apart; none for a number.")
    dataset: str = Field(description="Dataset it was trained on.")
    version: str = Field(description="Version of the dataset.")
    algorithm: Algorithm = Field(description="dummy, linear or boosted.")
    device: str = Field(description="What it was trained on: cpu, gpu or cuda.")
    seed: int = Field(description="Seed of everything that was drawn.")
    rows: int = Field(description="Rows of the version.")
    rows_used: int = Field(description="Rows in the parts below; the rest is told in `limits`.")
    split: Split = Field(description="How rows were divided.")
    tried: list[Tried] = Field(description="Candidates, the simplest first.")
    metrics: list[Metric] = Field(description="Scores on the rows kept for testing.")
    honesty: Honesty = Field(description="Whether intervals or chances mean what they say.")
    drivers: list[Driver] = Field(description="What it goes by, the most important first.")
    columns: list[str] = Field(description="Columns it needs.")
    dropped: list[Dropped] = Field(description="Columns it does not use, and why.")
    leaks: list[str] = Field(description="Of these, those that know the answer already.")
    limits: list[Message] = Field(description="What to keep in mind.")

    @property
    def skill(self) -> Metric:
        """The share of a plain guess's error that the model takes away."""
        return next(each for each in self.metrics if each.name == "skill")

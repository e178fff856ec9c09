"""A wish: what to predict, and what to mind while training."""

from typing import Literal

from pydantic import BaseModel, Field

from morello.analysis.models.algorithms.boosted import Device
from morello.kernel.limits import NAME_LENGTH_MAX

ROWS_MIN = 60
ROWS_MAX = 200_000
SEED_MAX = (1 << 31) - 1
COLUMNS_NAMED_MAX = 1_000


class Wish(BaseModel):
    """What is asked of a training."""

    target: str = Field(description="Column to predict.", max_length=NAME_LENGTH_MAX)
    kind: Literal["auto", "regression", "classification"] = Field(
        default="auto", description="Whether to predict a number or a class; auto sees by itself."
    )
    split: Literal["auto", "time", "group", "random"] = Field(
        default="auto",
        description="How rows are kept for testing; auto goes by time or group where data do.",
    )
    time: str | None = Field(
        default=None,
        max_length=NAME_LENGTH_MAX,
        description="Column that orders rows in time; found if left out.",
    )
    group: str | None = Field(
        default=None,
        max_length=NAME_LENGTH_MAX,
        description="Column whose rows stay together, such as a customer; found if left out.",
    )
    leave_out: list[str] = Field(
        default=[], max_length=COLUMNS_NAMED_MAX, description="Columns not to use."
    )
    keep: list[str] = Field(
        default=[],
        max_length=COLUMNS_NAMED_MAX,
        description="Columns to use though they seem to know the answer.",
    )
    rows_max: int = Field(
        default=ROWS_MAX, ge=ROWS_MIN, le=ROWS_MAX, description="Most rows to learn from."
    )
    seed: int = Field(default=0, ge=0, le=SEED_MAX, description="Seed of everything drawn.")
    device: Device = Field(default="auto", description="Where to train: auto, cpu or gpu.")

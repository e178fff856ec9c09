"""What a process that trains or scores is told, and what it answers."""

import dataclasses
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from morello.analysis.models.card import Honesty, Metric
from morello.analysis.models.wish import Wish
from morello.data.catalog.version import PinnedVersion
from morello.data.ingest.task import Imported
from morello.kernel.messages import Message


@dataclasses.dataclass(frozen=True, slots=True)
class TrainTask:
    """A version, and what to learn from it."""

    pinned: PinnedVersion
    wish: Wish


@dataclasses.dataclass(frozen=True, slots=True)
class ScoreTask:
    """A version, and the content of a model; `stage` is where rows go, if they are to be kept."""

    pinned: PinnedVersion
    content: bytes = dataclasses.field(repr=False)
    seed: int = 0
    stage: Path | None = None
    digest_key: bytes = dataclasses.field(default=b"", repr=False)


class Drift(BaseModel):
    """A column whose values differ from those a model was trained on."""

    column: str = Field(description="Name of the column.")
    index: float = Field(description="Population stability index; from 0.25 it is called large.")
    message: Message = Field(description="The same in words.")


class Predicted(BaseModel):
    """Rows with predictions, and how far they are from what the model knows."""

    model_config = ConfigDict(frozen=True)

    imported: Imported
    columns: list[str]
    """Columns that were added."""
    drifts: list[Drift]
    rows_read: int


class Evaluated(BaseModel):
    """How a model does on other rows."""

    rows: int
    rows_known: int
    """Rows whose target is known, up to a limit: these were scored."""
    metrics: list[Metric]
    honesty: Honesty
    drifts: list[Drift]

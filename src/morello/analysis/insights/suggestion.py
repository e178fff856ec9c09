"""A model suggestion: what could be predicted from a table, and whether it is worth it."""

from typing import Literal

from pydantic import BaseModel

from morello.kernel.messages import Message

ModelKind = Literal["regression", "classification", "forecast", "clustering"]


class ModelSuggestion(BaseModel):
    """One problem that a model could solve."""

    kind: ModelKind
    target: str | None
    """What would be predicted; None when nothing is."""
    time: str | None = None
    """The column to order by, where the order matters."""
    features: list[str]
    """Columns to predict from, leaks left out."""
    message: Message
    worth: float
    """Share of what varies that a quick model explained on rows it had not seen, 0 to 1."""
    leaks: list[str] = []
    """Columns that know the answer already and must be left out."""
    caveats: list[Message] = []


class KindOutlook(BaseModel):
    """Whether a table supports one kind of problem."""

    kind: ModelKind
    possible: bool
    message: Message
    """For which columns, or what is missing."""


class Outlook(BaseModel):
    """What a table supports, what is worthwhile, and what is not."""

    kinds: list[KindOutlook]
    suggestions: list[ModelSuggestion]
    not_worth: list[str] = []
    """Columns that were tried, and that a quick model could not predict."""

"""A version of a model, as it is kept: what it is, where it came from, who may know of it."""

import datetime
import uuid
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from morello.data.policy.rules import Rules


class ModelVersion(BaseModel):
    """An immutable model. Its content is asked for by itself."""

    model_config = ConfigDict(frozen=True)

    organization_id: uuid.UUID
    id: uuid.UUID
    """Orders the versions of a name."""
    name: str
    digest: str
    """Keyed digest of content and card, 64 hex digits: what people call its version."""
    dataset_id: uuid.UUID
    dataset: str
    data_version: str
    """Version of the dataset that it was trained on."""
    rules: Rules = Field(repr=False)
    """What whoever trained it could see: who can see less does not see the model."""
    card: dict[str, Any] = Field(repr=False)
    bytes: int
    """Of its content, sealed."""
    made_at: datetime.datetime
    made_by: uuid.UUID

    def is_seen_by(self, rules: Rules) -> bool:
        """Tell whether a reader who is under these rules saw all that went into it."""
        hidden = self.rules.hidden_columns | self.rules.masked_columns
        return (
            rules.row_filter in (None, self.rules.row_filter)
            and rules.hidden_columns <= self.rules.hidden_columns
            and rules.masked_columns <= hidden
        )

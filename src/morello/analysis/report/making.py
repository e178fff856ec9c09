"""How a report was made: when, by which call, from which file."""

import datetime
import uuid

from pydantic import BaseModel, ConfigDict


class Making(BaseModel):
    """What a report says about itself. What is not known is left empty and not shown."""

    model_config = ConfigDict(frozen=True)

    made_at: datetime.datetime | None = None
    call: uuid.UUID | None = None
    """The call whose receipt proves this report's analysis."""
    source: str = ""
    """The file's name, as given."""
    source_sha256: str = ""
    source_bytes: int = 0
    synthetic: bool = False
    """Whether the data was made up: then a banner says so."""

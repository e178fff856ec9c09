"""A verdict: what a proof showed, and what it did not."""

import datetime
import uuid
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from morello.kernel.errors import ProofFailed
from morello.kernel.messages import Message


class Verdict(BaseModel):
    """The outcome of a verification, to be read by people."""

    model_config = ConfigDict(frozen=True)

    ok: bool = Field(description="Whether every check that was asked for succeeded.")
    proven: list[Message] = Field(default=[], description="What was shown, in order.")
    not_proven: list[Message] = Field(
        default=[], description="What failed, first; then what this proof cannot show."
    )
    event_id: uuid.UUID | None = Field(default=None, description="The event that is proven.")
    at: datetime.datetime | None = Field(default=None, description="Its time, as the log says.")
    claims: dict[str, dict[str, Any]] = Field(
        default={}, description="Disclosed groups that match their digests, by name."
    )

    @classmethod
    def failed(cls, failure: ProofFailed) -> "Verdict":
        """Say that nothing was proven, and why."""
        return cls(ok=False, not_proven=[failure.message])


async def conclusion(verifying: AsyncIterator[float | Verdict]) -> Verdict:
    """Return the verdict that a verification ends in."""
    items = [item async for item in verifying if isinstance(item, Verdict)]
    assert len(items) == 1, "a verification ends in its verdict"
    return items[0]

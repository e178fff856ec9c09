"""A job: a call that was queued, and what has become of it."""

import datetime
import enum
import uuid
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from morello.jobs.usage import Usage
from morello.kernel.context import Progress
from morello.kernel.messages import Message


class State(enum.StrEnum):
    """What a job is doing."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing will become of it any more."""
        return self not in {State.QUEUED, State.RUNNING}


class Job(BaseModel):
    """A job, as those who may see it see it."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    tool: str
    state: State
    asked_by: uuid.UUID = Field(description="Id of whoever asked for it.")
    asked_at: datetime.datetime
    started_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    is_cancelling: bool = Field(default=False, description="Somebody asked it to stop.")
    tries: int = Field(description="How often a worker has begun it.")
    tries_max: int
    progress: Progress | None = Field(default=None, description="How far it is.")
    used: Usage = Field(description="What its worker processes used so far.")
    event_id: uuid.UUID | None = Field(default=None, description="Record of the call that it was.")
    error: Message | None = Field(default=None, description="Why it failed.")
    retry_of: uuid.UUID | None = Field(default=None, description="The job that this repeats.")

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Take a row of `COLUMNS`."""
        used = Usage(**{name: row[name] for name in Usage.model_fields})
        others = {name: row[name] for name in cls.model_fields if name != "used"}
        return cls(**others, used=used)


COLUMNS = (
    "id, tool, state, asked_by, asked_at, started_at, ended_at, tries, tries_max, progress,"
    " cancel_asked_at is not null and ended_at is null as is_cancelling, event_id, error, retry_of,"
    " cpu_s, memory_peak_bytes, read_bytes, written_bytes"
)
"""What `Job.of` takes of the table."""


class NewJob(BaseModel):
    """A job that is asked for."""

    model_config = ConfigDict(frozen=True)

    organization_id: uuid.UUID
    id: uuid.UUID
    tool: str
    permission: int
    """What the tool asks for: whoever takes the result needs it, too."""
    pool: str
    input: bytes
    """Sealed."""
    passport: str
    approval: uuid.UUID | None = None
    retry_of: uuid.UUID | None = None
    asked_by: uuid.UUID
    asked_at: datetime.datetime
    tries_max: int


class Attempt(BaseModel):
    """One try of one worker. Its number is what fences off whoever tried before."""

    model_config = ConfigDict(frozen=True)

    organization_id: uuid.UUID
    id: uuid.UUID
    tool: str
    input: bytes
    passport: str
    approval: uuid.UUID | None
    asked_by: uuid.UUID
    tries: int
    tries_max: int
    is_given_up: bool
    """Whether it was tried as often as it may be, so that it has to be failed now."""


class Standing(BaseModel):
    """What a worker learns about the job it works on each time it tells of its progress."""

    is_cancel_asked: bool


class Done(BaseModel):
    """What is kept of a job that succeeded."""

    event_id: uuid.UUID
    output: bytes
    """Sealed."""
    used: Usage

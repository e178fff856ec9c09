"""What a process of the server is told by its supervisor, and what it tells back.

Both are lines of JSON in pipes that only the two of them hold, so that no secret stands on a
command line. Settings each process reads for itself, as the supervisor did.
"""

import enum

from pydantic import BaseModel, SecretStr, field_serializer

from morello.kernel.messages import Message

LINE_BYTES_MAX = 1 << 20


class Charge(BaseModel):
    """What a process is to do. It ends when the pipe that this came through closes."""

    database_url: SecretStr
    listening: int | None = None
    """Descriptor of the socket to answer at."""
    number: int = 1
    """Which of several processes of its kind this is."""
    is_first: bool = False
    """Whether the server has just come up, so that somebody waits for a way in."""
    wants_link: bool = False
    """Whether that shall be a link also for who has a password."""

    @field_serializer("database_url", when_used="json")
    def _told(self, database_url: SecretStr) -> str:
        return database_url.get_secret_value()


class Said(enum.StrEnum):
    """What kind of thing a process says."""

    PREPARING = "preparing"
    READY = "ready"
    FAILED = "failed"


class Word(BaseModel):
    """One thing that a process says."""

    said: Said
    message: Message | None = None
    link: str = ""
    """With `ready`: where to sign in once, when somebody waits for it."""

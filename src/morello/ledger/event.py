"""An event: something that happened, before and after the log took it in."""

import datetime
import uuid
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from morello.kernel.errors import InvalidInput
from morello.kernel.ids import new_id
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.ledger.proof.canonical import plain

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def _in_utc(at: datetime.datetime) -> datetime.datetime:
    if at < _EPOCH:
        raise InvalidInput("event_time", at=at.isoformat())
    return at.astimezone(datetime.UTC)


Time = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An aware time from 1970 on, kept in UTC."""

Group = Annotated[dict[str, Any], BeforeValidator(plain)]
"""A group of claims as plain JSON, copied from what was given."""


class Happening(BaseModel):
    """What an event says, wherever it is on its way."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64"
    )

    id: uuid.UUID = Field(default_factory=new_id)
    stream: str = Field(min_length=1, max_length=NAME_LENGTH_MAX)
    """The thing it happened to, such as `dataset/<id>`."""
    kind: str = Field(min_length=1, max_length=NAME_LENGTH_MAX)
    """What happened, such as `dataset.created`."""
    at: Time
    who: Group = {}
    """Who did it. Nothing that may have to be erased: that belongs in `personal`."""
    what: Group = {}
    query: Group = {}
    versions: Group = {}
    result: Group = {}
    personal: dict[str, str] = {}
    """Fields about `person`: in the clear when given, sealed once the log has taken them in."""
    person: str | None = Field(default=None, max_length=NAME_LENGTH_MAX)
    """An opaque identifier of the person, never a name or an address: it outlives erasure."""


class NewEvent(Happening):
    """An event that is offered to a log."""

    expected_version: int | None = Field(default=None, ge=0)
    """Number of events the stream must have before; None does not check."""

    def model_post_init(self, _context: Any, /) -> None:
        """Demand a person for personal fields: without one there would be no key to destroy."""
        if self.personal and self.person is None:
            raise InvalidInput("event_person")


class Event(Happening):
    """An event that is in a log, for good."""

    organization_id: uuid.UUID
    position: int
    """Its place in the organization's log, from 0: the index of its leaf."""
    stream_version: int
    """Its place in its stream, from 1."""
    salts: dict[str, bytes] = Field(repr=False)
    """Salt of each committed group, 16 bytes; disclosing one discloses its group only."""
    leaf: bytes = Field(repr=False)
    """The bytes that stand for it in the tree: see `proof/leaf.py`."""

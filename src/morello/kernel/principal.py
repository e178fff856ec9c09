"""Who is calling, and from where. Fixed at the door; nothing in an input can change it."""

import enum
import uuid

from pydantic import BaseModel, ConfigDict

from morello.kernel.ids import INSTALLATION, LOCAL_ORGANIZATION
from morello.kernel.permission import Role


class Effect(enum.StrEnum):
    """What a tool does to the world."""

    READS = "reads"
    WRITES = "writes"
    DESTROYS = "destroys"


class Kind(enum.StrEnum):
    """What sort of caller this is."""

    PERSON = "person"
    KEY = "key"
    AGENT = "agent"
    SYSTEM = "system"
    NOBODY = "nobody"
    """Nobody we know (yet)."""


class Principal(BaseModel):
    """A caller: one subject in one organization with one role."""

    model_config = ConfigDict(frozen=True)

    organization_id: uuid.UUID
    subject_id: uuid.UUID
    name: str
    role: Role
    kind: Kind = Kind.PERSON
    scopes: frozenset[str] | None = None
    """Name patterns of the tools that may be called; None is every tool of the role."""
    approval_for: frozenset[Effect] = frozenset()
    """Effects for which somebody else has to approve each call."""
    region: str | None = None
    """Where the caller's organization requires its data to stay; None is anywhere."""
    credential_id: uuid.UUID | None = None
    """The session or key that it came in with, for who may have to end it."""


class Origin(BaseModel):
    """Where a call came from, for the audit trail."""

    model_config = ConfigDict(frozen=True)

    door: str = "python"
    address: str = ""
    user_agent: str = ""
    trace: str = ""
    """The `traceparent` that came with the call (W3C Trace Context); not part of its record."""


LOCAL_PRINCIPAL = Principal(
    organization_id=LOCAL_ORGANIZATION,
    subject_id=LOCAL_ORGANIZATION,
    name="local",
    role=Role.ORG_ADMIN,
)
"""The person at this machine, when no server runs."""

NOBODY = Principal(
    organization_id=INSTALLATION,
    subject_id=INSTALLATION,
    name="",
    role=Role.GUEST,
    kind=Kind.NOBODY,
)
"""Whoever shows no credential. What becomes of their calls stands in the installation's ledger."""

"""Who somebody is who comes to a door: credentials in, a principal out."""

import dataclasses
from typing import Protocol

from morello.kernel.principal import Origin, Principal


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a caller showed at a door; empty strings where nothing was shown."""

    bearer: str = dataclasses.field(default="", repr=False)
    """An API key or a signed token."""
    session: str = dataclasses.field(default="", repr=False)
    csrf: str = dataclasses.field(default="", repr=False)
    organization: str = ""
    """The organization that the caller says to belong to (`X-Company-ID`)."""
    changes_something: bool = True
    """Whether the request may change something: then a session needs its CSRF token."""


class Authenticator(Protocol):
    """Knows callers."""

    async def principal(self, credentials: Credentials, origin: Origin) -> Principal:
        """Return who it is; `NOBODY` when nothing was shown.

        Raises Unauthenticated for a credential that is unknown, expired, revoked or forged, and
        Forbidden when it is not of the organization named or lacks its CSRF token. Both are
        recorded in the ledger.
        """
        ...

"""What the doors of a server are given: an installation, and who knows callers."""

from collections.abc import Sequence
from typing import Protocol

from morello.kernel.protocols.authenticator import Authenticator
from morello.kernel.protocols.installation import Installation
from morello.kernel.protocols.probe import Probe
from morello.kernel.protocols.uploads import Uploads


class Service(Installation, Protocol):
    """A running server, as `app` wires it."""

    @property
    def authenticator(self) -> Authenticator:
        """Who knows callers."""
        ...

    @property
    def uploads(self) -> Uploads:
        """Where uploaded bytes go."""
        ...

    @property
    def probes(self) -> Sequence[Probe]:
        """What can be asked how it is."""
        ...

    def metrics(self) -> bytes:
        """Return the figures in Prometheus' text format (version 0.0.4)."""
        ...

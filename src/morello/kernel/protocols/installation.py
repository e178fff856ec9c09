"""What a door is given: the registry, a caller, the settings, and how to close."""

from typing import Protocol

from morello.kernel.caller import Caller
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings


class Installation(Protocol):
    """A running Morello, as `app` wires it."""

    @property
    def registry(self) -> Registry:
        """Every tool there is."""
        ...

    @property
    def caller(self) -> Caller:
        """The pipeline."""
        ...

    @property
    def settings(self) -> Settings:
        """What the site chose."""
        ...

    async def close(self) -> None:
        """Finish what runs, stop the workers, remove what is temporary."""
        ...

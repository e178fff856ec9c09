"""Something whose health can be asked."""

from collections.abc import Mapping
from typing import Protocol

from morello.kernel.messages import Message


class Probe(Protocol):
    """Something whose health can be asked."""

    name: str

    async def health(self) -> Message | None:
        """Return what is wrong, or None."""
        ...

    def metrics(self) -> Mapping[str, float]:
        """Return current figures, by name with its unit last."""
        ...

    async def remedy(self) -> bool:
        """Try to mend what is wrong; tell whether anything was done."""
        ...

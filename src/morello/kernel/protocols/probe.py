"""Something whose health can be asked."""

import dataclasses
from collections.abc import Mapping, Sequence
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


@dataclasses.dataclass(frozen=True, slots=True)
class Probes:
    """Everything of an installation whose health can be asked."""

    all: Sequence[Probe]

    needs_server = True

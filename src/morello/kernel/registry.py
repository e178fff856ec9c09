"""The one registry: every tool there is, asked of providers in order."""

import dataclasses
import uuid
from collections.abc import Iterable, Sequence
from typing import Protocol

from morello.kernel.errors import NotFound
from morello.kernel.messages import Words
from morello.kernel.tool import Tool


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """What a list or a help page says of a tool, without importing it."""

    name: str
    title: Words
    effect: str
    cost: str
    permission: str
    provider: str = "morello"


class Provider(Protocol):
    """A source of tools."""

    def listed(self, organization_id: uuid.UUID) -> Iterable[Listed]:
        """Name the tools this organization has from here."""
        ...

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:
        """Return one tool, or None when it is not from here."""
        ...


class Registry:
    """Asks each provider in turn; the first that knows a name answers."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self._providers = tuple(providers)

    def listed(self, organization_id: uuid.UUID) -> list[Listed]:
        """Return every tool an organization has, by name."""
        known: dict[str, Listed] = {}
        for provider in self._providers:
            for each in provider.listed(organization_id):
                known.setdefault(each.name, each)
        return sorted(known.values(), key=lambda each: each.name)

    def find(self, name: str, organization_id: uuid.UUID) -> Tool:
        """Return a tool. Raises NotFound, naming those that are spelled alike."""
        for provider in self._providers:
            found = provider.find(name, organization_id)
            if found is not None:
                return found
        raise NotFound("tool", name=name, similar=self._similar(name, organization_id))

    def _similar(self, name: str, organization_id: uuid.UUID) -> list[str]:
        import difflib  # noqa: PLC0415 - only when a name is wrong

        names = [each.name for each in self.listed(organization_id)]
        return difflib.get_close_matches(name, names, n=3, cutoff=0.4)

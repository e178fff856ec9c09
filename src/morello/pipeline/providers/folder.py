"""Tools that lie in the folders of a package: one room per folder, one tool per file."""

import functools
import uuid
from collections.abc import Iterable

from morello.kernel.registry import Listed
from morello.kernel.tool import Tool
from morello.pipeline.providers import manifest


class FolderTools:
    """Every organization has these. A tool is imported when it is asked for."""

    def __init__(self, package: str = "morello.tools", provider: str = "morello") -> None:
        self._package = package
        self._provider = provider
        self._imported: dict[str, Tool] = {}

    def listed(self, organization_id: uuid.UUID) -> Iterable[Listed]:  # noqa: ARG002 - the port
        """Name the tools, without importing them."""
        return [entry.listed(self._provider) for entry in self._entries.values()]

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:  # noqa: ARG002 - the port
        """Import a tool, the first time, and return it."""
        found = self._imported.get(name)
        if found is None and (entry := self._entries.get(name)) is not None:
            found = self._imported[name] = manifest.load(entry.module)
        return found

    @functools.cached_property
    def _entries(self) -> dict[str, manifest.Entry]:
        found: dict[str, manifest.Entry] = {}
        for entry in manifest.entries(self._package):
            if entry.name in found:
                raise ValueError(f"{entry.name} is declared twice")
            found[entry.name] = entry
        return found

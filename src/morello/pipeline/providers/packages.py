"""Tools of installed packages, found by the entry point `morello.tools`.

    [project.entry-points."morello.tools"]
    weather = "morello_weather.tools"

names a package laid out like ours: one room per folder, one tool per file.
"""

import functools
import logging
import uuid
from collections.abc import Iterable
from importlib.metadata import entry_points

from morello.kernel.registry import Listed
from morello.kernel.tool import Tool
from morello.pipeline.providers.folder import FolderTools

GROUP = "morello.tools"

_log = logging.getLogger(__name__)


class PackageTools:
    """Every organization has these. A package that does not load is left out, and logged."""

    def listed(self, organization_id: uuid.UUID) -> Iterable[Listed]:
        """Name the tools."""
        for folder in self._folders:
            yield from folder.listed(organization_id)

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:
        """Import and return a tool."""
        found = (folder.find(name, organization_id) for folder in self._folders)
        return next((tool for tool in found if tool is not None), None)

    @functools.cached_property
    def _folders(self) -> list[FolderTools]:
        folders: list[FolderTools] = []
        for point in entry_points(group=GROUP):
            folder = FolderTools(point.value, provider=point.name)
            try:
                list(folder.listed(uuid.UUID(int=0)))
            except Exception:  # noqa: BLE001 - somebody else's code: whatever it raises, ours goes on
                _log.exception("the tools of package %s are left out", point.name)
                continue
            folders.append(folder)
        return folders

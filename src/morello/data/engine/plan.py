"""A plan: a query that was checked and rewritten, with all a process needs to run it."""

import dataclasses
from pathlib import Path

from morello.kernel.errors import Unavailable

SCHEMA = "data"
"""Schema of the datasets where a query runs. A query cannot name it, so a name that the rewriter
did not see reaches nothing."""


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A dataset's files, as the engine sees them."""

    name: str
    columns: tuple[str, ...]
    files: tuple[Path, ...]
    key: bytes = dataclasses.field(repr=False)
    part: tuple[int, int] | None = None
    """Rows of its one file that are there, from and up to; None is every row."""


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """Plain values only, so that a worker needs neither a parser nor models to run it."""

    sql: str
    """As it runs: rules in it, every identifier quoted, no comments."""
    sources: tuple[Source, ...]
    visible: tuple[str, ...]
    """Columns that the caller may know of, to suggest one for a name that is misspelled."""
    is_guarded: bool
    """Whether rules hide something, so that an engine's error may not show values."""


def inside(folder: Path, path: Path) -> Path:
    """Return the real path of a file in a folder. Raises Unavailable when it is gone or outside.

    A symbolic link that leads out of the folder is outside.
    """
    try:
        real = path.resolve(strict=True)
        is_inside = real.is_relative_to(folder.resolve(strict=True)) and real.is_file()
    except OSError:
        is_inside = False
    if not is_inside:
        raise Unavailable("data_file", name=path.name)
    return real

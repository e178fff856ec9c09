"""A chunk of a version: rows of one file that one worker summarizes."""

import dataclasses
from pathlib import Path

from morello.data.catalog.version import PinnedVersion

_ROW_NUMBER = "file_row_number"
"""DuckDB's name for it: a file with a column of that name cannot be read in parts."""


@dataclasses.dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a version that are there together, and where their summary is to be written."""

    pinned: PinnedVersion
    """Those rows alone."""
    into: Path
    threads: int = 1


def parts_of(pinned: PinnedVersion, *, covered: int, chunk_rows: int) -> list[PinnedVersion]:
    """Return the rows of a version's files, without the first `covered` files, in parts.

    They follow from files and `chunk_rows` alone, so that the merged summary does, too.
    """
    files, rows = pinned.files[covered:], pinned.file_rows[covered:]
    if len(rows) < len(files):  # not known
        return [_part(pinned, pinned.files[covered:], None, pinned.rows)]
    can_split = all(column.name.casefold() != _ROW_NUMBER for column in pinned.columns)
    parts = []
    for file, count in zip(files, rows, strict=True):
        step = chunk_rows if can_split else max(count, 1)
        for start in range(0, max(count, 1), step):
            stop = min(start + step, count)
            is_whole = (start, stop) == (0, count)
            parts.append(_part(pinned, (file,), None if is_whole else (start, stop), stop - start))
    return parts


def _part(
    pinned: PinnedVersion, files: tuple[Path, ...], part: tuple[int, int] | None, rows: int
) -> PinnedVersion:
    return pinned.model_copy(update={"files": files, "file_rows": (), "part": part, "rows": rows})

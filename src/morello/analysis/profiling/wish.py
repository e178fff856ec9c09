"""What worker processes are told of a profile that is wanted."""

import dataclasses
import struct
from pathlib import Path

from morello.data.catalog.version import PinnedVersion

COVERED = struct.Struct(">I")
"""Begins an answer from what is kept: how many files that tells of."""


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """What of a version's profile is wanted."""

    pinned: PinnedVersion
    after: int
    """Columns to skip."""
    is_whole: bool
    """Whether every column is wanted at once, as a file."""


@dataclasses.dataclass(frozen=True, slots=True)
class Merging:
    """Summaries to merge, in order."""

    wish: Wish
    covered: int
    """Files at the beginning that what is kept tells of."""
    chunks: tuple[Path, ...]

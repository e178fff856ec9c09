"""Column names that can be asked for: none empty, none twice, none with hidden characters."""

import re
from collections.abc import Sequence

from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.messages import Message

_HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]+")
_SPACES = re.compile(r"\s+")
_SHOWN_MAX = 10


def clean_names(given: Sequence[str | None]) -> tuple[list[str], list[Message]]:
    """Return usable names in the same order, and what was changed.

    Two names that differ in case only are the same to SQL, so the second gets `_2` as well.
    """
    taken = {_plain(name).casefold() for name in given}
    seen: set[str] = set()
    names: list[str] = []
    changed: list[str] = []
    for place, raw in enumerate(given, start=1):
        wanted = _plain(raw) or f"column_{place}"
        name, number = wanted, 2
        while name.casefold() in seen or (name != wanted and name.casefold() in taken):
            name, number = f"{wanted}_{number}", number + 1
        seen.add(name.casefold())
        names.append(name)
        if name != raw:
            changed.append(name)
    if not changed:
        return names, []
    return names, [
        Message(
            id="import.note.names",
            parameters={"count": len(changed), "names": changed[:_SHOWN_MAX]},
        )
    ]


def _plain(name: str | None) -> str:
    spaced = _SPACES.sub(" ", _HIDDEN.sub(" ", name or "")).strip()
    return spaced[: NAME_LENGTH_MAX - 8]

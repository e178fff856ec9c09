"""Which path leads to what: a tree of segments, so that many tools are found as fast as few."""

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import Self
from urllib.parse import unquote

from morello.doors.rest.asked import Asked
from morello.doors.rest.output.answer import Answer

Endpoint = Callable[[Asked], Awaitable[Answer]]


@dataclasses.dataclass(slots=True)
class _Place:
    """One segment of a path, what may come behind it, and what is here."""

    literal: dict[str, Self] = dataclasses.field(default_factory=dict)
    braced: Self | None = None
    methods: dict[str, tuple[Endpoint, tuple[str, ...]]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What a path leads to."""

    methods: dict[str, tuple[Endpoint, tuple[str, ...]]]
    values: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """The methods there are, as `Allow` says them."""
        return ", ".join(sorted({*self.methods, "OPTIONS"}))


class Router:
    """Finds endpoints. A literal segment goes before one in braces."""

    def __init__(self) -> None:
        self._root = _Place()

    def add(self, method: str, path: str, endpoint: Endpoint) -> None:
        """Put an endpoint at a path such as `/api/v1/datasets/{data}`.

        Raises ValueError where there is one already: two tools may not share a place.
        """
        place, names = self._root, []
        for segment in _segments(path):
            if segment.startswith("{") and segment.endswith("}"):
                names.append(segment[1:-1])
                if place.braced is None:
                    place.braced = _Place()
                place = place.braced
            else:
                place = place.literal.setdefault(segment, _Place())
        if method in place.methods:
            raise ValueError(f"{method} {path} is taken")
        place.methods[method] = (endpoint, tuple(names))
        if method == "GET":
            place.methods.setdefault("HEAD", place.methods["GET"])

    def find(self, path: str) -> Found | None:
        """Return what lies at a path, as it came over the wire, or None."""
        return _walk(self._root, _segments(path), ())


def _walk(place: _Place, rest: Sequence[str], values: tuple[str, ...]) -> Found | None:
    if not rest:
        return Found(place.methods, values) if place.methods else None
    segment, following = rest[0], place.literal.get(rest[0])
    found = _walk(following, rest[1:], values) if following is not None else None
    if found is None and place.braced is not None and segment:
        value = unquote(segment, errors="replace")
        found = _walk(place.braced, rest[1:], (*values, value))
    return found


def _segments(path: str) -> list[str]:
    return path[1:].split("/")

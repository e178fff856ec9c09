"""The files that our pages ask for: one style, one small script."""

import functools
import hashlib
from importlib import resources

from morello.doors.rest.asked import Asked
from morello.doors.rest.output.answer import Answer
from morello.kernel.errors import NotFound

_TYPES = {"style.css": b"text/css; charset=utf-8", "search.js": b"text/javascript; charset=utf-8"}
_KEPT = b"public, max-age=86400"


class Assets:
    """Serves them. Their address changes with what they hold, so they may be kept."""

    async def file(self, asked: Asked) -> Answer:
        """Answer with a file. Raises NotFound."""
        name = asked.parameters["name"]
        if name not in _TYPES:
            raise NotFound("rest.path", path=asked.path[:200])
        return Answer(
            200, [(b"content-type", _TYPES[name]), (b"cache-control", _KEPT)], content(name)
        )


@functools.cache
def content(name: str) -> bytes:
    """Return a file's bytes."""
    return (resources.files("morello.doors.rest.pages") / name).read_bytes()


@functools.cache
def address(name: str) -> str:
    """Return where a file is."""
    return f"/assets/{name}?v={hashlib.sha256(content(name)).hexdigest()[:10]}"

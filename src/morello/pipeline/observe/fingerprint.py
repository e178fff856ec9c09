"""A fingerprint: the same for the same mistake in the same place, whatever it was working on."""

import hashlib
import traceback

from morello.kernel.errors import MorelloError

_FRAMES_MAX = 5
"""Innermost frames that count: further out it is the way there, and the mistake is the same."""


def fingerprint(error: MorelloError) -> str:
    """Return 12 hex digits of what went wrong and where; no value or line number takes part.

    A new line further up in a file, or another value in the message, leaves it as it is.
    """
    cause = error.__cause__ or error
    frames = traceback.extract_tb(cause.__traceback__)[-_FRAMES_MAX:]
    places = [f"{_module(frame.filename)}:{frame.name}" for frame in frames]
    said = "\0".join([type(cause).__qualname__, error.message.id, *places])
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _module(path: str) -> str:
    """Return a file's place in its package: wherever it is installed, it is the same file."""
    return "/".join(path.replace("\\", "/").split("/")[-3:])

"""The disk: whether something failed because it is full."""

import errno

_FULL = (errno.ENOSPC, errno.EDQUOT)
_WORDS = ("No space left on device", "Disk quota exceeded")
"""What libraries pass on where they do not pass on the number."""


def is_disk_full(error: BaseException | None) -> bool:
    """Tell whether a full disk is behind an error, maybe behind the error it came from."""
    if error is None:
        return False
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    said = str(error)
    return any(words in said for words in _WORDS) or is_disk_full(
        error.__cause__ or error.__context__
    )

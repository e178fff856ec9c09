"""A version's summary, kept beside its last file, so that an append reads its new files alone.

It is encrypted (AES-256-GCM) and bound to the files it tells of: a summary of others, or a damaged
one, is as good as none. It goes with its file, and so does whatever it says of somebody.
"""

import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from morello.data.catalog.lake import SUMMARY_SUFFIX
from morello.kernel.ids import new_id
from morello.storage.keys import expand

SUMMARY_BYTES_MAX = 1 << 30
_NONCE_BYTES = 12
_PURPOSE = b"morello/summary"


def is_kept(files: Sequence[Path]) -> bool:
    """Tell whether there seems to be a summary of the rows of all these files."""
    return bool(files) and _place(files).is_file()


def read(files: Sequence[Path], lake_key: bytes) -> bytes | None:
    """Return the summary of the rows of all these files, in order; None where none is."""
    path = _place(files)
    try:
        if path.stat().st_size > SUMMARY_BYTES_MAX:
            return None
        return opened(path.read_bytes(), lake_key, _names(files))
    except OSError:
        return None


def keep(files: Sequence[Path], lake_key: bytes, content: bytes) -> None:
    """Keep the summary of these files, whole or not at all. Raises OSError."""
    path = _place(files)
    unfinished = path.with_name(f".{new_id().hex}")
    try:
        unfinished.write_bytes(sealed(content, lake_key, _names(files)))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def sealed(content: bytes, lake_key: bytes, bound_to: bytes) -> bytes:
    """Return bytes that only `opened` with the same key and name gives back."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(lake_key).encrypt(nonce, content, bound_to)


def opened(content: bytes, lake_key: bytes, bound_to: bytes) -> bytes | None:
    """Return what was sealed under this name; None when it is damaged, or another's."""
    if len(content) < _NONCE_BYTES:
        return None
    try:
        sealed_part = memoryview(content)[_NONCE_BYTES:]  # it may be large: no copy of it
        return _cipher(lake_key).decrypt(content[:_NONCE_BYTES], sealed_part, bound_to)
    except InvalidTag:
        return None


def _cipher(lake_key: bytes) -> AESGCM:
    return AESGCM(expand(lake_key, _PURPOSE))


def _place(files: Sequence[Path]) -> Path:
    return files[-1].with_name(files[-1].name + SUMMARY_SUFFIX)


def _names(files: Sequence[Path]) -> bytes:
    return "\n".join(path.name for path in files).encode()

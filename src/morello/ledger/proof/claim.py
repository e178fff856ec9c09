"""Claims: the groups of facts an event makes, each behind a salted digest of its own.

A digest commits to its group (SHA-256 is binding) and tells nothing about it (the salt is 128
random bits), so each group can be disclosed alone.
"""

import hashlib
import secrets

GROUPS = ("place", "who", "what", "query", "versions", "result")
"""The groups evidence may disclose; `place` is kind, stream and stream version."""

COMMITTED = (*GROUPS, "personal")
"""The groups a leaf commits to, in the order of their digests; `personal` is sealed, too."""

SALT_BYTES = 16
SALTS_BYTES = SALT_BYTES * len(COMMITTED)
DIGEST_BYTES = 32

_PREFIXES = {group: b"morello/claim/v1/" + group.encode("ascii") + b"\0" for group in COMMITTED}
_PREFIXES_BUT_FIRST = tuple(_PREFIXES.values())[1:]
_SALTS_BUT_FIRST = tuple(
    slice(place * SALT_BYTES, (place + 1) * SALT_BYTES) for place in range(1, len(COMMITTED))
)


def new_salts() -> bytes:
    """Return a fresh salt for each committed group, one after the other."""
    return secrets.token_bytes(SALTS_BYTES)


def salts_by_group(salts: bytes) -> dict[str, bytes]:
    """Return the salt of each committed group."""
    assert len(salts) == SALTS_BYTES, "a salt for every group"
    return {
        group: salts[place * SALT_BYTES : (place + 1) * SALT_BYTES]
        for place, group in enumerate(COMMITTED)
    }


def digest(group: str, salt: bytes, body: bytes) -> bytes:
    """Return SHA-256 over domain, group, salt and the group's canonical JSON.

    No two inputs run together: group names hold no zero byte and salts have one length.
    """
    assert group in _PREFIXES, group
    assert len(salt) == SALT_BYTES, "a salt has 16 bytes"
    return hashlib.sha256(_PREFIXES[group] + salt + body).digest()


def digests(salts: bytes, bodies: tuple[bytes, ...]) -> bytes:
    """Return the digests of all committed groups but the first, one after the other."""
    sha256 = hashlib.sha256
    hashed = [
        sha256(prefix + salts[salt] + body).digest()
        for prefix, salt, body in zip(_PREFIXES_BUT_FIRST, _SALTS_BUT_FIRST, bodies, strict=True)
    ]
    return b"".join(hashed)

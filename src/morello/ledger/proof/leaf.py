"""A leaf: the 256 bytes that stand for one event in the tree.

    offset  bytes  content
         0      8  "morello" and the version byte 1
         8     16  event id
        24      8  time, microseconds since 1970 in UTC, unsigned, big-endian
        32    224  seven digests: place, who, what, query, versions, result, personal

Every field has a fixed place and length, so an event has one encoding and no more.
"""

import dataclasses
import datetime
import struct
import uuid

from morello.kernel.errors import ProofFailed
from morello.ledger.proof.claim import COMMITTED, DIGEST_BYTES

_MAGIC = b"morello\x01"
_FIXED = struct.Struct(">8s16sQ")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
_MICROSECONDS_MAX = (datetime.datetime.max.replace(tzinfo=datetime.UTC) - EPOCH) // _MICROSECOND

LEAF_BYTES = _FIXED.size + DIGEST_BYTES * len(COMMITTED)


def head(event_id: uuid.UUID, at: datetime.datetime) -> bytes:
    """Return what stands before the digests."""
    microseconds = (at - EPOCH) // _MICROSECOND
    assert 0 <= microseconds <= _MICROSECONDS_MAX, "a time between 1970 and 9999"
    return _FIXED.pack(_MAGIC, event_id.bytes, microseconds)


@dataclasses.dataclass(frozen=True, slots=True)
class Leaf:
    """What one leaf says."""

    event_id: uuid.UUID
    at: datetime.datetime
    """Aware, not before 1970; kept to the microsecond, in UTC."""
    digests: tuple[bytes, ...]
    """In the order of `COMMITTED`."""

    def encode(self) -> bytes:
        """Return the 256 bytes."""
        encoded = head(self.event_id, self.at) + b"".join(self.digests)
        assert len(encoded) == LEAF_BYTES, "a digest of 32 bytes for every group"
        return encoded

    @classmethod
    def decode(cls, data: bytes) -> "Leaf":
        """Read 256 bytes. Raises ProofFailed for any other length, version, or an absurd time."""
        if len(data) != LEAF_BYTES:
            raise ProofFailed("leaf")
        magic, event_id, microseconds = _FIXED.unpack_from(data)
        if magic != _MAGIC or microseconds > _MICROSECONDS_MAX:
            raise ProofFailed("leaf")
        return cls(
            event_id=uuid.UUID(bytes=event_id),
            at=EPOCH + microseconds * _MICROSECOND,
            digests=tuple(
                data[start : start + DIGEST_BYTES]
                for start in range(_FIXED.size, LEAF_BYTES, DIGEST_BYTES)
            ),
        )

    def digest(self, group: str) -> bytes:
        """Return the digest of one committed group."""
        return self.digests[COMMITTED.index(group)]

"""Sealing: personal fields under a key of the person's own, which can be destroyed for ever.

AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D allows 2^32 fields a key). The additional
data binds each field to its organization, event and name, so that none can be moved to another.
"""

import binascii
import dataclasses
import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from morello.kernel.errors import InvalidInput, ProofFailed
from morello.ledger.event import Event, NewEvent
from morello.ledger.proof import base64_text, canonical

_KEY_BITS = 256
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_HEAD_BYTES = _KEY_ID_BYTES + _NONCE_BYTES
_DOMAIN = b"morello/sealed/v1/"


@dataclasses.dataclass(frozen=True, slots=True)
class PersonKey:
    """One person's key. Random, never derived: what can be derived again was not destroyed."""

    id: bytes
    secret: bytes = dataclasses.field(repr=False)
    cipher: AESGCM = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cipher", AESGCM(self.secret))  # frozen: set this once

    @classmethod
    def random(cls) -> "PersonKey":
        """Make a new key."""
        return cls(secrets.token_bytes(_KEY_ID_BYTES), AESGCM.generate_key(_KEY_BITS))


class PersonKeys(Protocol):
    """Keeps a key for each person of each organization, until it is destroyed."""

    async def find(self, organization_id: uuid.UUID, person: str) -> PersonKey | None:
        """Return the person's key, or None when there is none (any more)."""
        ...

    async def find_or_make(self, organization_id: uuid.UUID, person: str) -> PersonKey:
        """Return the person's key, made now if there is none: a new one after each erasure."""
        ...

    async def destroy(self, organization_id: uuid.UUID, person: str) -> bool:
        """Forget the person's key; tell whether there was one."""
        ...


class MemoryPersonKeys:
    """Keeps the keys for as long as the process lives, like the events they seal."""

    def __init__(self) -> None:
        self._keys: dict[tuple[uuid.UUID, str], PersonKey] = {}

    async def find(self, organization_id: uuid.UUID, person: str) -> PersonKey | None:
        """Return the person's key, or None."""
        return self._keys.get((organization_id, person))

    async def find_or_make(self, organization_id: uuid.UUID, person: str) -> PersonKey:
        """Return the person's key, made now if there is none."""
        found = self._keys.get((organization_id, person))
        # setdefault, so that two threads that make it at once end up with the same key
        return found or self._keys.setdefault((organization_id, person), PersonKey.random())

    async def destroy(self, organization_id: uuid.UUID, person: str) -> bool:
        """Forget the person's key."""
        return self._keys.pop((organization_id, person), None) is not None


@dataclasses.dataclass(frozen=True, slots=True)
class Sealing:
    """Seals the personal fields of new events and opens those of old ones."""

    keys: PersonKeys

    async def seal(self, organization_id: uuid.UUID, new: NewEvent) -> dict[str, str]:
        """Return the personal fields, each as base64 of key id, nonce and ciphertext.

        Raises InvalidInput for what is no text.
        """
        if not new.personal:
            return {}
        assert new.person is not None, "personal fields have a person"
        key = await self.keys.find_or_make(organization_id, new.person)
        bound = _bound(organization_id, new.id)
        nonces = secrets.token_bytes(_NONCE_BYTES * len(new.personal))
        sealed: dict[str, str] = {}
        start = 0
        try:
            for name, value in new.personal.items():
                nonce = nonces[start : start + _NONCE_BYTES]
                start += _NONCE_BYTES
                ciphertext = key.cipher.encrypt(nonce, value.encode(), bound + name.encode())
                data = key.id + nonce + ciphertext
                sealed[name] = binascii.b2a_base64(data, newline=False).decode("ascii")
        except UnicodeEncodeError:
            raise InvalidInput("event_value", type="str") from None
        return sealed

    async def open(self, event: Event) -> Mapping[str, str | None]:
        """Return the personal fields in the clear; None stands for what was erased.

        Raises ProofFailed when a field is not the one that was sealed there.
        """
        return (await self.open_all([event]))[0]

    async def open_all(self, events: Sequence[Event]) -> list[Mapping[str, str | None]]:
        """Return the personal fields of events, as `open` does; each key is fetched once."""
        persons = {(each.organization_id, each.person) for each in events if each.personal}
        keys = {
            (organization_id, person): await self.keys.find(organization_id, person)
            for organization_id, person in persons
            if person is not None
        }
        opened: list[Mapping[str, str | None]] = []
        for event in events:
            key = keys.get((event.organization_id, event.person or ""))
            bound = _bound(event.organization_id, event.id)
            opened.append(
                {
                    name: _opened(key, sealed, bound + canonical.utf8(name))
                    for name, sealed in event.personal.items()
                }
            )
        return opened


def _opened(key: PersonKey | None, sealed: str, bound: bytes) -> str | None:
    data = base64_text.decode(sealed)
    if key is None or data[:_KEY_ID_BYTES] != key.id:
        return None
    nonce, ciphertext = data[_KEY_ID_BYTES:_HEAD_BYTES], data[_HEAD_BYTES:]
    try:
        return key.cipher.decrypt(nonce, ciphertext, bound).decode("utf-8")
    except (InvalidTag, ValueError):
        raise ProofFailed("sealed") from None


def _bound(organization_id: uuid.UUID, event_id: uuid.UUID) -> bytes:
    return _DOMAIN + organization_id.bytes + event_id.bytes

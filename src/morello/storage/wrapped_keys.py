"""Keys of organizations: each has a random one, kept in the database wrapped by the master key.

Destroying it makes everything unreadable that was encrypted under it, wherever copies lie.
"""

import collections
import dataclasses
import secrets
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from morello.kernel.clock import Clock, SystemClock
from morello.kernel.errors import Unavailable
from morello.kernel.ids import new_id
from morello.storage.keys import KEY_BYTES, MasterKeys, expand
from morello.storage.postgres.database import Database

KEPT_S = 60.0
"""How long a process goes on with a key that another one destroyed."""
KEPT_MAX = 10_000
_NONCE_BYTES = 12


@dataclasses.dataclass(frozen=True, slots=True)
class _Unwrapped:
    secret: bytes = dataclasses.field(repr=False)
    until_s: float
    derived: dict[str, bytes] = dataclasses.field(default_factory=dict, repr=False)


class WrappedKeys:
    """Implements `storage.keys.Keys` over a database."""

    def __init__(self, master: MasterKeys, database: Database, clock: Clock | None = None) -> None:
        self._master = master
        self._wrapping = AESGCM(master.wrapping_key())
        self._database = database
        self._clock = clock or SystemClock()
        self._kept: collections.OrderedDict[uuid.UUID, _Unwrapped] = collections.OrderedDict()

    async def derive(self, organization_id: uuid.UUID, purpose: str) -> bytes:
        """Return 32 bytes for one organization and one purpose; its key is made on first use.

        Raises Unavailable when the key was destroyed, or was wrapped by another master key.
        """
        kept = self._kept.get(organization_id)
        if kept is None or kept.until_s < self._clock.monotonic():
            kept = await self._find_or_make(organization_id)
            self._kept[organization_id] = kept
            if len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        if purpose not in kept.derived:
            kept.derived[purpose] = expand(kept.secret, b"morello/" + purpose.encode())
        return kept.derived[purpose]

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """Return the installation's signing key for a purpose."""
        return self._master.signing_key(purpose)

    async def destroy(self, organization_id: uuid.UUID) -> None:
        """Make everything under an organization's key unreadable, for ever.

        Other processes forget it within `KEPT_S`.
        """
        async with self._database.transaction(organization_id, alone=True) as connection:
            await connection.execute(
                "update organization_key set wrapped = null, destroyed_at = %s"
                " where destroyed_at is null",
                (self._clock.now(),),
            )
        self._kept.pop(organization_id, None)

    async def _find_or_make(self, organization_id: uuid.UUID) -> _Unwrapped:
        """Alone: a key outlasts the call that needed it first, whatever becomes of that."""
        made = new_id()
        wrapped = self._wrap(secrets.token_bytes(KEY_BYTES), organization_id, made)
        async with self._database.transaction(organization_id, alone=True) as connection:
            find = "select id, wrapped from organization_key"
            found = await (await connection.execute(find)).fetchone()
            if found is None:
                await connection.execute(
                    "insert into organization_key (organization_id, id, wrapped, created_at)"
                    " values (%s, %s, %s, %s) on conflict (organization_id) do nothing",
                    (organization_id, made, wrapped, self._clock.now()),
                )
                found = await (await connection.execute(find)).fetchone()
        assert found is not None, "it was inserted, by us or by another"
        if found[1] is None:
            raise Unavailable("key_destroyed")
        secret = self._unwrap(found[1], organization_id, found[0])
        return _Unwrapped(secret, self._clock.monotonic() + KEPT_S)

    def _wrap(self, secret: bytes, organization_id: uuid.UUID, key_id: uuid.UUID) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound_to = organization_id.bytes + key_id.bytes
        return nonce + self._wrapping.encrypt(nonce, secret, bound_to)

    def _unwrap(self, wrapped: bytes, organization_id: uuid.UUID, key_id: uuid.UUID) -> bytes:
        bound_to = organization_id.bytes + key_id.bytes
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], bound_to)
        except InvalidTag:
            raise Unavailable("key_wrapped") from None

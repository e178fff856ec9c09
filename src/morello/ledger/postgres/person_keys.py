"""The keys of persons, each wrapped by its organization's key."""

import asyncio
import dataclasses
import secrets
import uuid
from typing import Final, LiteralString

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from morello.kernel.errors import Unavailable
from morello.ledger.sealing import PersonKey
from morello.storage.keys import Keys
from morello.storage.postgres.database import Database

CHANNEL: Final[LiteralString] = "morello_person"
_KNOWN_MAX = 10_000
_PURPOSE = "person"
_NONCE_BYTES = 12


@dataclasses.dataclass(slots=True)
class KeyRow:
    """A wrapped key."""

    id: bytes
    secret: bytes


class PostgresPersonKeys:
    """Keeps the keys in PostgreSQL until they are destroyed.

    Keys that seal are remembered, and forgotten by every process when one destroys them; keys that
    open are fetched each time, so that what was erased is never shown again.
    """

    def __init__(self, database: Database, keys: Keys, url: str) -> None:
        """Take the app's database and its URL, and the keys that wrap."""
        self._database = database
        self._keys = keys
        self._url = url
        self._own: Database | None = None
        self._opening = asyncio.Lock()
        self._known: dict[tuple[uuid.UUID, str], PersonKey] = {}

    async def find(self, organization_id: uuid.UUID, person: str) -> PersonKey | None:
        """Return the person's key, or None."""
        rows = await self._database.fetch(
            organization_id,
            "select id, secret from person_key where organization_id = %s and person = %s",
            (organization_id, person),
            KeyRow,
        )
        if not rows:
            return None
        return PersonKey(rows[0].id, await self._unwrap(organization_id, person, rows[0].secret))

    async def find_or_make(self, organization_id: uuid.UUID, person: str) -> PersonKey:
        """Return the person's key, made now if there is none."""
        known = self._known.get((organization_id, person))
        if known is not None:
            return known
        found = await self.find(organization_id, person)
        if found is None:
            found = await self._make(organization_id, person)
        if len(self._known) >= _KNOWN_MAX:
            self._known.clear()
        self._known[organization_id, person] = found
        return found

    async def destroy(self, organization_id: uuid.UUID, person: str) -> bool:
        """Forget the person's key, in every process."""
        async with self._database.transaction(organization_id) as connection:
            cursor = await connection.execute(
                "delete from person_key where organization_id = %s and person = %s",
                (organization_id, person),
            )
            notice = f"{organization_id}:{person}"
            await connection.execute("select pg_notify(%s, %s)", (CHANNEL, notice))
        self._known.pop((organization_id, person), None)
        return cursor.rowcount > 0

    def heard(self, notice: str) -> None:
        """Forget a key that another process destroyed; all of them when notices were lost."""
        if not notice:
            self._known.clear()
            return
        organization, _, person = notice.partition(":")
        self._known.pop((uuid.UUID(organization), person), None)

    async def _make(self, organization_id: uuid.UUID, person: str) -> PersonKey:
        made = PersonKey.random()
        wrapped = await self._wrap(organization_id, person, made.secret)
        # Alone: it seals for other calls, too, whatever becomes of this one. And on a connection
        # that no call holds: else calls that all hold one and want another wait for each other.
        own = await self._opened()
        async with own.transaction(organization_id, alone=True) as connection:
            await connection.execute(
                "insert into person_key (organization_id, person, id, secret)"
                " values (%s, %s, %s, %s) on conflict do nothing",
                (organization_id, person, made.id, wrapped),
            )
        kept = await self.find(organization_id, person)
        if kept is None:  # destroyed in the same moment
            raise Unavailable("ledger")
        return kept

    async def _opened(self) -> Database:
        async with self._opening:
            if self._own is None:
                self._own = await Database.open(self._url, connections_max=1)
            return self._own

    async def close(self) -> None:
        """Close the connection on which keys are made."""
        if self._own is not None:
            await self._own.close()

    async def _wrap(self, organization_id: uuid.UUID, person: str, secret: bytes) -> bytes:

        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = AESGCM(await self._keys.derive(organization_id, _PURPOSE))
        return nonce + cipher.encrypt(nonce, secret, _bound(organization_id, person))

    async def _unwrap(self, organization_id: uuid.UUID, person: str, wrapped: bytes) -> bytes:
        nonce, ciphertext = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        cipher = AESGCM(await self._keys.derive(organization_id, _PURPOSE))
        try:
            return cipher.decrypt(nonce, ciphertext, _bound(organization_id, person))
        except InvalidTag:
            raise Unavailable("ledger_damaged") from None


def _bound(organization_id: uuid.UUID, person: str) -> bytes:
    return b"morello/person/v1/" + organization_id.bytes + person.encode()

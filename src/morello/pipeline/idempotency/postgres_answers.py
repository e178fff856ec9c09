"""First answers in PostgreSQL: inserted in the transaction of the call they answer.

So an effect happens once, whatever dies when: either the effect, its record and the answer are
there, or none of them is, and the key is free.
"""

import contextlib
import dataclasses
import itertools
import uuid

import psycopg
from psycopg.errors import UniqueViolation

from morello.kernel.caller import Accepted, Reply
from morello.kernel.clock import Clock
from morello.kernel.context import Context
from morello.kernel.errors import Conflict, Unavailable
from morello.kernel.tool import Tool
from morello.pipeline.idempotency.answers import KEYS_MAX, LIFETIME, is_withheld
from morello.pipeline.idempotency.key import Key
from morello.storage.postgres.database import Database
from morello.storage.postgres.unit import Connection

OUTPUT_BYTES_MAX = 4 << 20
"""A longer answer is not kept; repeating its call says so."""
_SWEEP_EACH = 64
"""Answers of this process from one sweep to the next."""
_SWEPT_MAX = 1_000
"""Keys that one sweep removes, so that no call waits for long."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    fingerprint: str
    call_id: uuid.UUID
    event_id: uuid.UUID
    is_accepted: bool
    output: str | None


class PostgresAnswers:
    """Implements `idempotency.answers.Answers`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._kept = itertools.count(1)

    async def find(self, key: Key, tool: Tool) -> Reply | None:
        """Return the first answer. Raises Conflict as `Key.check` does."""
        rows = await self._database.fetch(
            key.organization_id,
            "select fingerprint, call_id, event_id, is_accepted, output from idempotency_key"
            " where subject_id = %s and key_sha256 = %s and made_at > %s",
            (key.subject_id, key.sha256, self._clock.now() - LIFETIME),
            _Row,
        )
        if not rows:
            return None
        row = rows[0]
        key.check(row.fingerprint, is_kept=row.output is not None)
        model = Accepted if row.is_accepted else tool.output
        return Reply(
            call_id=row.call_id,
            event_id=row.event_id,
            output=model.model_validate_json(row.output or ""),
            repeated=True,
        )

    async def keep(self, key: Key, reply: Reply, context: Context) -> None:
        """Keep an answer in the transaction of its call. Raises Conflict."""
        if next(self._kept) % _SWEEP_EACH == 0:
            with contextlib.suppress(psycopg.Error, Unavailable):  # the next one will do it
                await self.sweep(key.organization_id)
        with context.unit.entered():
            try:
                async with self._database.transaction(key.organization_id) as connection:
                    await self._insert(connection, key, reply)
            except UniqueViolation:
                raise Conflict("answered_elsewhere") from None

    async def sweep(self, organization_id: uuid.UUID) -> None:
        """Remove an organization's keys that are old or too many, some at a time."""
        # Alone, so that two who sweep at once never cost a call.
        async with self._database.transaction(organization_id, alone=True) as connection:
            await connection.execute(
                "delete from idempotency_key where (subject_id, key_sha256) in ("
                " select subject_id, key_sha256 from idempotency_key"
                " where made_at <= greatest(%s, (select made_at from idempotency_key"
                " order by made_at desc offset %s limit 1))"
                " order by made_at limit %s)",
                (self._clock.now() - LIFETIME, KEYS_MAX, _SWEPT_MAX),
            )

    async def _insert(self, connection: Connection, key: Key, reply: Reply) -> None:
        now = self._clock.now()
        oldest = now - LIFETIME
        await connection.execute(
            "delete from idempotency_key"
            " where subject_id = %s and key_sha256 = %s and made_at <= %s",
            (key.subject_id, key.sha256, oldest),
        )
        await connection.execute(
            "insert into idempotency_key (organization_id, subject_id, key_sha256, fingerprint,"
            " call_id, event_id, is_accepted, output, made_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                key.organization_id,
                key.subject_id,
                key.sha256,
                key.fingerprint,
                reply.call_id,
                reply.event_id,
                isinstance(reply.output, Accepted),
                _kept(reply),
                now,
            ),
        )


def _kept(reply: Reply) -> str | None:
    if is_withheld(reply.output):
        return None
    output: str = reply.output.model_dump_json()
    return output if len(output.encode()) <= OUTPUT_BYTES_MAX else None

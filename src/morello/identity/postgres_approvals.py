"""Approvals in PostgreSQL: they last, and one approval lets in one call, wherever it is made."""

import uuid
from collections.abc import Sequence
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import class_row

from morello.identity.approvals import OPEN_MAX, Approval, Decision
from morello.kernel.clock import Clock
from morello.kernel.errors import Busy, NotFound
from morello.kernel.principal import Principal
from morello.storage.postgres.database import Database

_COLUMNS: LiteralString = (
    "id, organization_id, asked_by, asked_at, tool, input_digest, expires_at, decision, decided_by"
)


class PostgresApprovals:
    """Implements `identity.approvals.Approvals`.

    Asking and using stand alone, for the call they belong to is refused, or may fail later;
    deciding is part of the call that decides.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def ask(self, principal: Principal, tool: str, input_digest: str) -> Approval:
        """File a request, or return the open one for the same call. Raises Busy."""
        organization_id = principal.organization_id
        new = Approval.asked(principal, tool, input_digest, self._clock.now())
        async with self._database.transaction(organization_id, alone=True) as connection:
            await connection.execute("delete from approval where expires_at <= %s", (new.asked_at,))
            cursor = connection.cursor(row_factory=class_row(Approval))
            await cursor.execute(
                f"insert into approval ({_COLUMNS})"  # noqa: S608 - constants
                " select %(id)s, %(organization_id)s, %(asked_by)s, %(asked_at)s, %(tool)s,"
                " %(input_digest)s, %(expires_at)s, 'open', null"
                " where (select count(*) from approval where decision = 'open') < %(open_max)s"
                " on conflict (organization_id, asked_by, tool, input_digest)"
                " where decision = 'open' do nothing",
                {**new.model_dump(), "open_max": OPEN_MAX},
            )
            await cursor.execute(
                f"select {_COLUMNS} from approval where decision = 'open'"  # noqa: S608 - the same
                " and asked_by = %s and tool = %s and input_digest = %s",
                (new.asked_by, tool, input_digest),
            )
            filed = await cursor.fetchone()
        if filed is None:
            raise Busy("approvals", open_max=OPEN_MAX, retry_after_s=60.0)
        return filed

    async def decide(
        self, principal: Principal, approval_id: uuid.UUID, decision: Decision
    ) -> Approval:
        """Approve or deny. Raises NotFound, Conflict, Forbidden for one's own request."""
        async with self._database.transaction(principal.organization_id) as connection:
            approval = await self._locked(connection, approval_id)
            approval.check_decidable(principal, self._clock.now())
            await connection.execute(
                "update approval set decision = %s, decided_by = %s where id = %s",
                (decision.value, principal.subject_id, approval_id),
            )
        update = {"decision": decision, "decided_by": principal.subject_id}
        return approval.model_copy(update=update)

    async def use(
        self, approval_id: uuid.UUID, principal: Principal, tool: str, input_digest: str
    ) -> None:
        """Spend an approval on the call it was given for. Raises NotFound, Forbidden, Conflict."""
        organization_id = principal.organization_id
        async with self._database.transaction(organization_id, alone=True) as connection:
            approval = await self._locked(connection, approval_id)
            approval.check_usable(principal, tool, input_digest, self._clock.now())
            await connection.execute(
                "update approval set decision = 'used' where id = %s", (approval_id,)
            )

    async def open(self, organization_id: uuid.UUID) -> Sequence[Approval]:
        """Return the requests that wait for a decision, the oldest first."""
        query: LiteralString = (
            f"select {_COLUMNS} from approval where decision = 'open'"  # noqa: S608 - constants
            " and expires_at > %s order by asked_at, id limit %s"
        )
        return await self._database.fetch(
            organization_id, query, (self._clock.now(), OPEN_MAX), Approval
        )

    async def _locked(self, connection: AsyncConnection[Any], approval_id: uuid.UUID) -> Approval:
        """Return a request that nobody else can change until the transaction ends."""
        cursor = connection.cursor(row_factory=class_row(Approval))
        await cursor.execute(
            f"select {_COLUMNS} from approval where id = %s for update",  # noqa: S608 - constants
            (approval_id,),
        )
        approval = await cursor.fetchone()
        if approval is None:
            raise NotFound("approval", approval=str(approval_id))
        return approval

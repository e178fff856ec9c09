"""Throttled guessing: after a few failures, each further try has to wait twice as long."""

from morello.identity.credentials.digests import Digests
from morello.kernel.clock import Clock
from morello.kernel.errors import Busy
from morello.kernel.ids import INSTALLATION, new_id
from morello.storage.postgres.database import Database

TRIES_FREE_OF_ACCOUNT = 5
TRIES_FREE_OF_ADDRESS = 30
"""Many people may share an address."""
DELAY_S_MAX = 900
FORGET_AFTER_S = 86_400
_OLD_ROWS_AT_ONCE_MAX = 10

# A try is counted before it is made, so that a hundred at once are a hundred.
_COUNT = """
    insert into attempt as a (organization_id, id, who, failures, free_at, last_at)
    values (%(installation)s, %(id)s, %(who)s, 1, %(now)s, %(now)s)
    on conflict (organization_id, who) do update set
        failures = a.failures + 1,
        free_at = %(now)s
            + make_interval(secs => least(
                power(2, least(greatest(a.failures + 1 - %(free)s, 0), 30)) - 1, %(delay_s)s)),
        last_at = %(now)s
    where a.free_at <= %(now)s
    returning failures"""

_WAIT = "select extract(epoch from free_at - %s)::float from attempt where who = %s"

_FORGET_OLD = """
    delete from attempt where id in (
        select id from attempt where last_at < %s - make_interval(secs => %s) limit %s
        for update skip locked)"""


class Throttle:
    """Counts tries per account and per address, in the database: whatever becomes of the call."""

    needs_server = True

    def __init__(self, database: Database, digests: Digests, clock: Clock) -> None:
        self._database, self._digests, self._clock = database, digests, clock

    async def count(self, account: str, address: str) -> None:
        """Count one try at an account (its e-mail address) from an address.

        Raises Busy with the time to wait.
        """
        await self._count_one(self._who("account", account), TRIES_FREE_OF_ACCOUNT)
        if address:
            await self._count_one(self._who("address", address), TRIES_FREE_OF_ADDRESS)

    async def clear(self, account: str) -> None:
        """Forget the failures of an account, after a success."""
        async with self._database.transaction(INSTALLATION, alone=True) as connection:
            await connection.execute(
                "delete from attempt where who = %s", (self._who("account", account),)
            )

    async def _count_one(self, who: str, free: int) -> None:
        now = self._clock.now()
        async with self._database.transaction(INSTALLATION, alone=True) as connection:
            await connection.execute(_FORGET_OLD, (now, FORGET_AFTER_S, _OLD_ROWS_AT_ONCE_MAX))
            given = {
                "installation": INSTALLATION,
                "id": new_id(),
                "who": who,
                "now": now,
                "free": free,
                "delay_s": DELAY_S_MAX,
            }
            counted = await (await connection.execute(_COUNT, given)).fetchone()
            if counted is not None:
                return
            row = await (await connection.execute(_WAIT, (now, who))).fetchone()
        raise Busy("sign_in", retry_after_s=round(row[0], 1) if row else 1.0)

    def _who(self, kind: str, value: str) -> str:
        """Return what is kept: a digest, from which nobody can tell the address."""
        return self._digests.of(f"{kind}:{value}")

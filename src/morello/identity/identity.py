"""Identity over one database: every part that tools and doors are given, opened together."""

import dataclasses
from typing import Self

from morello.identity.authenticator import DatabaseAuthenticator
from morello.identity.bootstrap import Bootstrap
from morello.identity.callers import Callers
from morello.identity.credentials.api_keys import ApiKeys
from morello.identity.credentials.digests import Digests
from morello.identity.credentials.links import Links
from morello.identity.credentials.passwords import Passwords
from morello.identity.credentials.recognition import Recognition
from morello.identity.credentials.sessions import Sessions
from morello.identity.credentials.throttle import Throttle
from morello.identity.credentials.tokens import Tokens
from morello.identity.known import Known
from morello.identity.organizations import Organizations
from morello.identity.passport import Passports
from morello.identity.people.accounts import Accounts
from morello.identity.people.groups import Groups
from morello.identity.people.invitations import Invitations
from morello.identity.people.memberships import Memberships
from morello.identity.refused.refusals import Refusals
from morello.kernel.clock import Clock
from morello.kernel.settings import Settings
from morello.ledger.log import Log
from morello.storage.keys import Keys
from morello.storage.postgres.database import Database


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is who. `known.empty` has to hear the notices of the channel `morello_identity`."""

    authenticator: DatabaseAuthenticator
    bootstrap: Bootstrap
    known: Known
    passports: Passports
    """Signed principals, for calls between our own processes."""
    passwords: Passwords
    parts: dict[type, object]
    """What tools are given, by type."""

    @classmethod
    async def open(
        cls, database: Database, keys: Keys, log: Log, settings: Settings, clock: Clock
    ) -> Self:
        """Make all of it."""
        digests = await Digests.open(keys)
        callers, known, passwords = Callers(database), Known(clock), Passwords()
        sessions = Sessions(database, digests, clock, settings)
        api_keys, links = ApiKeys(database, digests, clock), Links(database, digests, clock)
        tokens, organizations = Tokens(keys, clock), Organizations(database, clock)
        accounts, memberships = Accounts(database), Memberships(database)
        throttle = Throttle(database, digests, clock)
        parts: list[object] = [
            *(accounts, api_keys, callers, digests, known, links, memberships, organizations),
            *(passwords, sessions, tokens),
            Groups(database, clock),
            Invitations(database, digests, clock),
            Recognition(callers, passwords, throttle, accounts),
        ]
        return cls(
            authenticator=DatabaseAuthenticator(
                callers=callers,
                digests=digests,
                sessions=sessions,
                api_keys=api_keys,
                tokens=tokens,
                known=known,
                refusals=Refusals(log, clock),
                clock=clock,
            ),
            bootstrap=Bootstrap(
                database=database,
                organizations=organizations,
                accounts=accounts,
                memberships=memberships,
                links=links,
                log=log,
                clock=clock,
            ),
            known=known,
            passports=Passports(keys, clock),
            passwords=passwords,
            parts={type(part): part for part in parts},
        )

    def close(self) -> None:
        """Let go of the threads."""
        self.passwords.close()

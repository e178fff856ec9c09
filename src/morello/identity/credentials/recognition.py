"""Recognition: somebody by their e-mail address and password, as slow for nobody as for anybody."""

from morello.identity.callers import By, Callers, Found
from morello.identity.credentials.passwords import Passwords
from morello.identity.credentials.throttle import Throttle
from morello.identity.people.accounts import Accounts
from morello.kernel.errors import Unauthenticated
from morello.kernel.principal import Origin


class Recognition:
    """Checks passwords; guessing is throttled per account and per address."""

    needs_server = True

    def __init__(
        self, callers: Callers, passwords: Passwords, throttle: Throttle, accounts: Accounts
    ) -> None:
        self._callers, self.passwords = callers, passwords
        self._throttle, self._accounts = throttle, accounts

    async def recognize(self, email: str, password: str, origin: Origin) -> list[Found]:
        """Return who that is, once for each of their organizations.

        Raises Unauthenticated, the same for an address that nobody has and for a wrong password,
        and Busy after too many tries.
        """
        await self._throttle.count(email, origin.address)
        found = await self._callers.find(By.EMAIL, email)
        kept = found[0].password_hash if found else None
        if not await self.passwords.matches(kept, password):
            raise Unauthenticated("credentials")
        assert kept is not None, "only a kept password matches"
        await self._throttle.clear(email)
        if self.passwords.is_outdated(kept):
            await self._rehash(found[0], password)
        return found

    async def _rehash(self, found: Found, password: str) -> None:
        assert found.account_id is not None, "who has a password has an account"
        again = await self.passwords.rehash(password)
        await self._accounts.rehash(found.organization_id, found.account_id, again)

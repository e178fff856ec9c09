"""Passports: a signed principal, for calls between our own processes.

passport = passports.sign(principal, "job", ttl_s=60)
principal = passports.read(passport, "job")
"""

from pydantic import ValidationError

from morello.identity.credentials.tokens import Signer
from morello.kernel.clock import Clock
from morello.kernel.errors import Unauthenticated
from morello.kernel.principal import Principal
from morello.storage.keys import Keys

TTL_S_MAX = 3_600.0
_ISSUER = "morello-passport"


class Passports:
    """Signs principals with a key that only our own processes have."""

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._signer = Signer(keys, "passport", _ISSUER, clock)

    def sign(self, principal: Principal, purpose: str, ttl_s: float) -> str:
        """Return a passport that is good for one purpose and some seconds."""
        assert 0 < ttl_s <= TTL_S_MAX, "passports are short-lived"
        return self._signer.sign(purpose, ttl_s, {"principal": principal.model_dump(mode="json")})

    def read(self, token: str, purpose: str) -> Principal:
        """Return who it is. Raises Unauthenticated when forged, expired or for another purpose."""
        claims = self._signer.read(token, purpose)
        try:
            return Principal.model_validate(claims.get("principal"))
        except ValidationError:
            raise Unauthenticated("token") from None

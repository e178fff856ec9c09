"""Signed tokens (JWT, RFC 7519, EdDSA): what a session or key is exchanged for, for minutes."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, ValidationError

from morello.kernel.clock import Clock
from morello.kernel.errors import Unauthenticated
from morello.kernel.ids import new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Kind, Principal
from morello.storage.keys import Keys

LASTS_MINUTES_MAX = 15
LENGTH_MAX = 8_192
_ALGORITHM = "Ed25519"  # RFC 9864: says the curve, which the older name EdDSA leaves open
_ISSUER = "morello"


class Signer:
    """Signs and reads claims with one key of the installation, for one issuer."""

    def __init__(self, keys: Keys, purpose: str, issuer: str, clock: Clock) -> None:
        self._key = OKPKey.import_key(keys.signing_key(purpose))
        self._kid = self._key.thumbprint()
        self._issuer, self._clock = issuer, clock

    def sign(self, audience: str, lasts_s: float, claims: Mapping[str, Any]) -> str:
        """Return a token over the claims."""
        now = self._clock.now().timestamp()
        header = {"alg": _ALGORITHM, "kid": self._kid}
        times = {"iat": int(now), "nbf": int(now), "exp": now + lasts_s}
        stated = {"iss": self._issuer, "aud": audience, "jti": new_id().hex, **times}
        return jwt.encode(header, {**claims, **stated}, self._key, algorithms=[_ALGORITHM])

    def read(self, token: str, audience: str) -> dict[str, Any]:
        """Return the claims. Raises Unauthenticated for a token forged, expired or for others."""
        if len(token) > LENGTH_MAX:
            raise Unauthenticated("token")
        try:
            decoded = jwt.decode(token, self._key, algorithms=[_ALGORITHM])
        except (JoseError, ValueError):
            raise Unauthenticated("token") from None
        claims: dict[str, Any] = decoded.claims
        meant = {"iss": self._issuer, "aud": audience}
        if decoded.header.get("kid") != self._kid or any(
            claims.get(name) != value for name, value in meant.items()
        ):
            raise Unauthenticated("token")
        now = self._clock.now().timestamp()
        if not _number(claims, "nbf") <= now + 1 or not now < _number(claims, "exp"):
            raise Unauthenticated("expired")
        return claims


class Pass(BaseModel):
    """What a token says: in whose name, by which session or key, and how far."""

    model_config = ConfigDict(frozen=True)

    organization_id: uuid.UUID
    subject_id: uuid.UUID
    role: Role
    kind: Kind
    credential_id: uuid.UUID
    expires_at: datetime.datetime
    scopes: frozenset[str] | None = None


class Tokens:
    """Tokens that the doors accept in place of the session or key they were made with."""

    needs_server = True

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._signer = Signer(keys, "token", _ISSUER, clock)
        self._clock = clock

    def create(
        self, principal: Principal, minutes: int, scopes: frozenset[str] | None
    ) -> tuple[str, datetime.datetime]:
        """Return a token for the caller, and when it ends."""
        assert 0 < minutes <= LASTS_MINUTES_MAX, "tokens are short-lived"
        assert principal.credential_id is not None, "a token stands for a session or a key"
        claims: dict[str, Any] = {
            "sub": str(principal.subject_id),
            "organization": str(principal.organization_id),
            "role": principal.role.value,
            "kind": principal.kind.value,
            "credential": str(principal.credential_id),
        }
        if scopes is not None:
            claims["scopes"] = sorted(scopes)
        lasts = datetime.timedelta(minutes=minutes)
        token = self._signer.sign(_ISSUER, lasts.total_seconds(), claims)
        return token, self._clock.now() + lasts

    def read(self, token: str) -> Pass:
        """Return what a token says. Raises Unauthenticated."""
        claims = self._signer.read(token, _ISSUER)
        try:
            return Pass(
                organization_id=claims["organization"],
                subject_id=claims["sub"],
                role=claims["role"],
                kind=claims["kind"],
                credential_id=claims["credential"],
                expires_at=claims["exp"],
                scopes=claims.get("scopes"),
            )
        except (KeyError, ValidationError):
            raise Unauthenticated("token") from None


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if not isinstance(value, int | float):
        raise Unauthenticated("token")
    return float(value)

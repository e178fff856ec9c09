"""Digests of secrets: what is kept instead of them, so that a stolen database opens nothing."""

import base64
import hashlib
import hmac
import secrets
from typing import Self

from morello.kernel.ids import INSTALLATION
from morello.storage.keys import Keys

_SECRET_BYTES = 32


class Digests:
    """HMAC-SHA-256 (RFC 2104) under a key of the installation. Secrets are random: no salt."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    async def open(cls, keys: Keys) -> Self:
        """Take the key for credentials."""
        return cls(await keys.derive(INSTALLATION, "credential"))

    def of(self, secret: str) -> str:
        """Return the digest of a secret, 64 hex digits."""
        return hmac.digest(self._key, _bytes(secret), hashlib.sha256).hex()

    def csrf(self, session: str) -> str:
        """Return the token that a page has to send along with this session."""
        mac = hmac.digest(self._key, b"csrf:" + _bytes(session), hashlib.sha256)
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def _bytes(shown: str) -> bytes:
    """Return what somebody showed as bytes; it may be any text, halves of characters too."""
    return shown.encode("utf-8", "surrogatepass")


def new_secret() -> str:
    """Return a secret of 256 random bits, as 43 letters that a URL may hold."""
    return secrets.token_urlsafe(_SECRET_BYTES)

"""The seal of a kept model: AES-256-GCM under a key of its organization (NIST SP 800-38D).

What was not sealed for this very version of this organization does not open, so nothing that came
from elsewhere is ever loaded.
"""

import hmac
import secrets
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from morello.kernel.errors import Fault

CONTENT_BYTES_MAX = 32 << 20
_NONCE_BYTES = 12


def digest_of(key: bytes, card: bytes, content: bytes) -> str:
    """Return a model's keyed digest (HMAC-SHA256, RFC 2104), 64 hex digits."""
    parts = len(card).to_bytes(8, "big") + card + content
    return hmac.digest(key, parts, "sha256").hex()


def seal(key: bytes, organization_id: uuid.UUID, digest: str, content: bytes) -> bytes:
    """Encrypt content so that it opens for this organization and version only."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, _bound(organization_id, digest))


def unseal(key: bytes, organization_id: uuid.UUID, digest: str, sealed: bytes) -> bytes:
    """Return the content. Raises Fault for what was not sealed so."""
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, body, _bound(organization_id, digest))
    except (InvalidTag, ValueError) as error:
        raise Fault("model_seal") from error


def _bound(organization_id: uuid.UUID, digest: str) -> bytes:
    return organization_id.bytes + bytes.fromhex(digest)

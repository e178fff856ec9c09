"""Base64 (RFC 4648, section 4) read so strictly that bytes have exactly one spelling."""

import base64
import binascii

from morello.kernel.errors import ProofFailed


def encode(data: bytes) -> str:
    """Return the padded standard alphabet spelling."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes. Raises ProofFailed for anything but the spelling `encode` gives.

    Python's own decoder drops the unused bits of the last digit, so that several texts would
    stand for the same bytes; a receipt must not have a second spelling.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ProofFailed("base64", text=text[:40]) from None
    if encode(data) != text:
        raise ProofFailed("base64", text=text[:40])
    return data

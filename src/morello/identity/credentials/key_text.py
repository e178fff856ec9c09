"""The text of an API key: `mor_`, 43 letters of randomness, 6 of checksum.

The prefix lets scanners for secrets find one that leaked; the checksum (CRC-32) lets a door refuse
what is none without looking it up.
"""

import re
import secrets
import zlib

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_LENGTH = 43
"""62 letters to the 43rd are more than 256 bits."""
_CHECKSUM_LENGTH = 6
_SHOWN_LENGTH = 8
_FORM = re.compile(rf"mor_[0-9A-Za-z]{{{_RANDOM_LENGTH + _CHECKSUM_LENGTH}}}")


def new_key() -> str:
    """Return a new key."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM_LENGTH))
    return f"mor_{body}{_checksum(body)}"


def is_key(text: str) -> bool:
    """Tell whether a text can be a key."""
    if _FORM.fullmatch(text) is None:
        return False
    body, checksum = text[4:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    return _checksum(body) == checksum


def shown(key: str) -> str:
    """Return as much of a key as lists may show."""
    return key[:_SHOWN_LENGTH]


def _checksum(body: str) -> str:
    number, letters = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters = _LETTERS[place] + letters
    return letters

"""How people are named in inputs: an e-mail address, a name; masked where a call is recorded.

The ledger keeps what it was given for ever, so what names somebody does not go into its plain
groups: an address stands there as `k…@example.org`, a name not at all.
"""

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    PlainSerializer,
    SecretStr,
    SerializationInfo,
    StringConstraints,
)

from morello.identity.credentials.passwords import LENGTH_MAX
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.values import DIGESTS_ONLY

_EMAIL_LENGTH_MAX = 254
_EMAIL = re.compile(r"[!-?A-~]+@[0-9a-z][0-9a-z.-]*")
"""RFC 5321 without its rarities: no quotes, no spaces; a domain in ASCII."""
_DOMAIN = re.compile(r"(?=.{4,253}$)([0-9a-z]([0-9a-z-]{0,61}[0-9a-z])?\.)+[a-z][0-9a-z-]*[0-9a-z]")


def _is_email(value: str) -> str:
    if len(value) > _EMAIL_LENGTH_MAX or _EMAIL.fullmatch(value) is None:
        raise ValueError("not an e-mail address")
    return value


def _is_domain(value: str) -> str:
    if _DOMAIN.fullmatch(value) is None:
        raise ValueError("not a domain, such as example.org")
    return value


def _masked_email(value: str, info: SerializationInfo) -> str:
    if info.context != DIGESTS_ONLY:
        return value
    name, _, domain = value.partition("@")
    return f"{name[:1]}…@{domain}"


def _masked(value: str, info: SerializationInfo) -> str:
    return "…" if info.context == DIGESTS_ONLY else value


_SHORT = StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH_MAX)
_LOWER = StringConstraints(strip_whitespace=True, to_lower=True)

Email = Annotated[str, _LOWER, AfterValidator(_is_email), PlainSerializer(_masked_email)]
"""An e-mail address in lower case."""

PersonName = Annotated[str, _SHORT, PlainSerializer(_masked)]
"""What somebody is called."""

Domain = Annotated[str, _LOWER, AfterValidator(_is_domain)]
"""A domain in lower case."""

Name = Annotated[str, _SHORT]
"""What a thing is called."""

Shown = Annotated[SecretStr, StringConstraints(max_length=LENGTH_MAX)]
"""A secret that somebody shows."""

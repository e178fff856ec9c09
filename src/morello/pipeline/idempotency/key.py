"""A caller's idempotency key, and what it stands for."""

import dataclasses
import hashlib
import uuid
from typing import Self

from morello.kernel.caller import Call
from morello.kernel.errors import Conflict, InvalidInput
from morello.kernel.limits import IDEMPOTENCY_KEY_LENGTH_MAX
from morello.kernel.tool import Tool


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """One caller's key; the same key of somebody else is another."""

    organization_id: uuid.UUID
    subject_id: uuid.UUID
    sha256: bytes
    """Of the key, which may be any text."""
    fingerprint: str = dataclasses.field(compare=False)
    """The tool and the digest of the input it is used with."""
    given: str = dataclasses.field(compare=False, repr=False)
    """As the caller gave it."""

    @classmethod
    def of(cls, call: Call, tool: Tool, input_digest: str) -> Self:
        """Take a call's key. Raises InvalidInput when it is empty or too long."""
        given = call.idempotency_key or ""
        if not 0 < len(given) <= IDEMPOTENCY_KEY_LENGTH_MAX:
            raise InvalidInput("idempotency_key", length_max=IDEMPOTENCY_KEY_LENGTH_MAX)
        sha256 = hashlib.sha256(given.encode("utf-8", "surrogatepass")).digest()
        principal = call.principal
        fingerprint = f"{tool.name}:{input_digest}"
        return cls(principal.organization_id, principal.subject_id, sha256, fingerprint, given)

    def check(self, fingerprint: str, *, is_kept: bool) -> None:
        """Raise Conflict when the first use was another call, or its answer is not kept."""
        if fingerprint != self.fingerprint:
            raise Conflict("idempotency_key", key=self.given)
        if not is_kept:
            raise Conflict("already_shown")

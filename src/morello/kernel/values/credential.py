"""A credential that a tool hands out: shown to its owner once, and to nobody else ever."""

import enum

from pydantic import BaseModel, ConfigDict, SecretStr, SerializationInfo, field_serializer

from morello.kernel.values.blob import DIGESTS_ONLY


class CredentialKind(enum.StrEnum):
    """What a credential opens, and so how a door hands it over."""

    SESSION = "session"  # a browser's: an HttpOnly cookie, never in a body
    KEY = "key"  # a program's: in the body, once
    LINK = "link"  # a one-time link's token
    TOKEN = "token"  # noqa: S105 - a short-lived signed token's kind, not a secret


class Credential(BaseModel):
    """A secret. In records and digests it is masked; only a door that answers its owner shows it.

    Secrets that come in are pydantic's `SecretStr`, which masks itself everywhere.
    """

    model_config = ConfigDict(frozen=True)

    kind: CredentialKind
    secret: SecretStr

    @field_serializer("secret")
    def _shown_once(self, secret: SecretStr, info: SerializationInfo) -> str:
        return str(secret) if info.context == DIGESTS_ONLY else secret.get_secret_value()

"""Keys: one master key, and from it a key for each organization and purpose."""

import base64
import binascii
import os
import secrets
import uuid
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from morello.kernel.errors import InvalidInput, Unavailable
from morello.kernel.settings import Settings

KEY_BYTES = 32
_MASTER_FILE = "master.key"
_OTHERS = 0o077


class Keys(Protocol):
    """Hands out keys; the same question gets the same key."""

    async def derive(self, organization_id: uuid.UUID, purpose: str) -> bytes:
        """Return 32 bytes for one organization and one purpose, such as `lake` or `digest`."""
        ...

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """Return the installation's signing key for a purpose, such as `ledger`."""
        ...


class MasterKeys:
    """Derives every key from one master key by HKDF-SHA256 (RFC 5869)."""

    def __init__(self, master: bytes) -> None:
        assert len(master) == KEY_BYTES, "a master key has 32 bytes"
        self._master = master

    @classmethod
    def of_site(cls, settings: Settings) -> "MasterKeys":
        """Take the master key that the settings give, or else that of the home folder.

        Raises InvalidInput when what is given is no key, Unavailable as `in_folder` does.
        """
        given = settings.master_key.get_secret_value()
        if not given:
            return cls.in_folder(settings.home)
        try:
            master = base64.b64decode(given, validate=True)
        except binascii.Error:
            master = b""
        if len(master) != KEY_BYTES:
            raise InvalidInput("master_key", bytes=KEY_BYTES)
        return cls(master)

    @classmethod
    def random(cls) -> "MasterKeys":
        """Make keys that nobody will find again: for tests and throw-away lakes."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def in_folder(cls, home: Path) -> "MasterKeys":
        """Read the master key of a home folder, making it (mode 0600) the first time.

        Two processes that make it at once end up with the same key. Raises Unavailable when the
        folder cannot be written, the file is not a key, or others than its owner may read it.
        """
        path = home / _MASTER_FILE
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                _write_once(path, secrets.token_bytes(KEY_BYTES))
            mode = path.stat().st_mode & 0o777
            with path.open("rb") as stream:
                master = stream.read(KEY_BYTES + 1)
        except OSError as error:
            raise Unavailable("keys", path=str(path), problem=str(error)) from error
        if mode & _OTHERS:  # whoever reads it can sign what never happened
            raise Unavailable("keys_open", path=str(path), mode=f"{mode:04o}")
        if len(master) != KEY_BYTES:
            raise Unavailable("keys_size", path=str(path), bytes=KEY_BYTES)
        return cls(master)

    async def derive(self, organization_id: uuid.UUID, purpose: str) -> bytes:
        """Return 32 bytes for one organization and one purpose."""
        return self._expand(b"morello/" + purpose.encode() + b"/" + organization_id.bytes)

    def signing_key(self, purpose: str) -> Ed25519PrivateKey:
        """Return the signing key for a purpose."""
        return Ed25519PrivateKey.from_private_bytes(
            self._expand(b"morello/sign/" + purpose.encode())
        )

    def wrapping_key(self) -> bytes:
        """Return the 32 bytes that organizations' own keys are wrapped with."""
        return self._expand(b"morello/wrap")

    def _expand(self, info: bytes) -> bytes:
        return expand(self._master, info)


def expand(secret: bytes, info: bytes) -> bytes:
    """Return 32 bytes made of a secret for one use of it, by HKDF-SHA256 (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)


def _write_once(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all; the first writer wins."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()

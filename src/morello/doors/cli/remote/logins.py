"""Servers that this person signed in to, kept in the home folder for their eyes only."""

import contextlib
import ipaddress
import os
import secrets
import urllib.parse
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_serializer

from morello.kernel.errors import InvalidInput, Unavailable

_FILE = "login.json"
_SERVERS_MAX = 100
_URL_LENGTH_MAX = 500


class Login(BaseModel):
    """One server, and what opens it."""

    model_config = ConfigDict(frozen=True)

    url: str
    """Scheme, host and port, without a slash at the end."""
    organization: str = ""
    """Id of the organization that the credential belongs to."""
    name: str = ""
    """Who the credential makes its bearer, as the server says it."""
    credential: SecretStr

    @field_serializer("credential", when_used="json")
    def _kept(self, credential: SecretStr) -> str:
        return credential.get_secret_value()


class _Kept(BaseModel):
    current: str = ""
    servers: list[Login] = []


class Logins:
    """The servers of one home folder; at most one is current, and commands go there."""

    def __init__(self, home: Path) -> None:
        self.path = home / _FILE

    @property
    def current(self) -> Login | None:
        """The server that commands go to; None when they stay on this machine."""
        if not self.path.exists():
            return None
        kept = self._read()
        return next((each for each in kept.servers if each.url == kept.current), None)

    def all(self) -> list[Login]:
        """Return every server, in the order of signing in."""
        return self._read().servers if self.path.exists() else []

    def keep(self, login: Login) -> None:
        """Remember a server and make it current, in place of what was known of it."""
        others = [each for each in self.all() if each.url != login.url]
        if len(others) >= _SERVERS_MAX:
            raise InvalidInput("cli.logins", servers_max=_SERVERS_MAX)
        self._write(_Kept(current=login.url, servers=[*others, login]))

    def forget(self, url: str = "") -> Login | None:
        """Forget a server (the current one when none is named); return what was known of it."""
        if not self.path.exists():
            return None
        kept = self._read()
        gone = next((each for each in kept.servers if each.url == (url or kept.current)), None)
        if gone is not None:
            left = [each for each in kept.servers if each is not gone]
            current = "" if gone.url == kept.current else kept.current
            self._write(_Kept(current=current, servers=left))
        return gone

    def _read(self) -> _Kept:
        try:
            if self.path.stat().st_mode & 0o077:  # who reads it can act in this person's name
                raise Unavailable("login_open", path=str(self.path))
            return _Kept.model_validate_json(self.path.read_bytes())
        except (OSError, ValidationError) as error:
            raise Unavailable("login_file", path=str(self.path), problem=_short(error)) from None

    def _write(self, kept: _Kept) -> None:
        temporary = self.path.with_name(f".{_FILE}.{secrets.token_hex(8)}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(kept.model_dump_json(indent=2).encode())
            temporary.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise Unavailable("login_file", path=str(self.path), problem=_short(error)) from None


def server_url(given: str) -> str:
    """Return a server's address as it is kept: `http://127.0.0.1:8000`.

    Raises InvalidInput for what is no address, and for one beyond this machine without TLS.
    """
    text = given.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urllib.parse.urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise InvalidInput("cli.url", url=given[:_URL_LENGTH_MAX]) from None
    is_one = parts.scheme in {"http", "https"} and host and len(text) <= _URL_LENGTH_MAX
    if not is_one or parts.username or parts.password:
        raise InvalidInput("cli.url", url=given[:_URL_LENGTH_MAX])
    assert host is not None, "checked above"
    if parts.scheme == "http" and not _is_here(host):
        raise InvalidInput("cli.plain_http", url=f"{parts.scheme}://{parts.netloc}")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _short(error: Exception) -> str:
    return error.strerror or "" if isinstance(error, OSError) else "it is not ours"

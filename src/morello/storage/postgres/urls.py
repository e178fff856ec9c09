"""Where the database is: two URLs, the owner's and the app's, which hold passwords."""

import dataclasses
import ipaddress

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from morello.kernel.errors import InvalidInput
from morello.kernel.settings import Settings

_ENCRYPTED = ("require", "verify-ca", "verify-full")


@dataclasses.dataclass(frozen=True, slots=True)
class Urls:
    """Where the database is: for migrations, and for everything else."""

    owner: str = dataclasses.field(repr=False)
    app: str = dataclasses.field(repr=False)


def given_urls(settings: Settings) -> Urls | None:
    """Return the URLs that a site chose; None means the embedded server.

    Raises InvalidInput when one is missing, is none, has the login of the other, or leads beyond
    this machine without TLS.
    """
    urls = Urls(
        settings.database_owner_url.get_secret_value(), settings.database_url.get_secret_value()
    )
    if not urls.owner and not urls.app:
        return None
    if not urls.owner or not urls.app:
        raise InvalidInput("database_urls")
    owner = _checked(urls.owner, "MORELLO_DATABASE_OWNER_URL")
    app = _checked(urls.app, "MORELLO_DATABASE_URL")
    if owner.get("user") == app.get("user"):
        raise InvalidInput("database_logins", name=app.get("user", ""))
    return urls


def address(url: str) -> str:
    """Return what of a URL may be shown: `host:port/database`."""
    parts = _effective(url)
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"{parts.get('host', '')}{port}/{parts.get('dbname', '')}"


def _checked(url: str, setting: str) -> dict[str, str]:
    try:
        parts = _effective(url)
    except psycopg.Error:  # its words may repeat the password
        raise InvalidInput("database_url", setting=setting) from None
    if parts.get("sslmode") not in _ENCRYPTED:
        for host in _hosts(parts):
            if not _is_here(host):
                raise InvalidInput("database_tls", setting=setting, host=host)
    return parts


def _effective(url: str) -> dict[str, str]:
    """Return what libpq makes of a URL and of the environment's PG* variables."""
    defaults = {
        each.keyword.decode(): each.val.decode()
        for each in pq.Conninfo.get_defaults()
        if each.val is not None
    }
    return defaults | {key: str(value) for key, value in conninfo_to_dict(url).items()}


def _hosts(parts: dict[str, str]) -> list[str]:
    if parts.get("service"):  # names a host that we cannot see
        return [parts["service"]]
    return (parts.get("hostaddr") or parts.get("host") or "").split(",")


def _is_here(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):  # a socket, or this machine
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

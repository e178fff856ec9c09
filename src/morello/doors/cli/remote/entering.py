"""Signing in: a key or a one-time link in, a login to keep out."""

import platform
import urllib.parse
from typing import Any

from pydantic import SecretStr

from morello.doors.cli.remote.connection import Connection
from morello.doors.cli.remote.logins import Login

_WHO = "access.who_am_i"
_REDEEM = "access.redeem_link"
_CREATE_KEY = "access.create_key"


async def entered(url: str, shown: str, language: str) -> Login:
    """Return a login that the server knows. Raises what the server raises, and Unavailable.

    A link opens a session, which makes a key for this machine and then ends with its cookie.
    """
    key = await _key_for(url, _token(shown), language) if "#" in shown else shown
    connection = Connection(Login(url=url, credential=SecretStr(key)), language)
    try:
        who = await _call(connection, _WHO, {})
    finally:
        await connection.close()
    return Login(
        url=url,
        organization=str(who["organization_id"]),
        name=str(who["name"]),
        credential=SecretStr(key),
    )


def _token(link: str) -> str:
    fragment = link.partition("#")[2]
    return urllib.parse.parse_qs(fragment).get("token", [fragment])[0]


async def _key_for(url: str, token: str, language: str) -> str:
    connection = Connection(Login(url=url, credential=SecretStr("")), language)
    try:
        session = await _call(connection, _REDEEM, {"token": token})
        headers = {"X-CSRF-Token": str(session["csrf"])}
        name = f"morello on {platform.node()}"[:100]
        made = await _call(connection, _CREATE_KEY, {"name": name}, headers)
    finally:
        await connection.close()
    return str(made["key"]["secret"])


async def _call(
    connection: Connection,
    tool: str,
    given: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    answer = await connection.send("POST", f"/api/tools/{tool}", json=given, headers=headers)
    found: dict[str, Any] = answer.json()
    return found

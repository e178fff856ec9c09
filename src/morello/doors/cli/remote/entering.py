"""Signing in: a key or a one-time link in, a login to keep out."""

import platform
from typing import Any

from pydantic import SecretStr

from morello.doors.cli.remote.connection import Connection
from morello.doors.cli.remote.logins import Login

_WHO = "access.whoami"
_REDEEM = "access.redeem_link"
_CREATE_KEY = "access.create_key"
_SIGN_OUT = "access.sign_out"
_KEY_PREFIX = "mor_"


async def entered(url: str, shown: str, language: str) -> Login:
    """Return a login that the server knows. Raises what the server raises, and Unavailable.

    `shown` is an API key or the token of a one-time link. A link opens a session, which makes a
    key for this machine and ends.
    """
    key = shown if shown.startswith(_KEY_PREFIX) else await _key_for(url, shown, language)
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


async def _key_for(url: str, token: str, language: str) -> str:
    connection = Connection(Login(url=url, credential=SecretStr("")), language)
    try:
        session = await _call(connection, _REDEEM, {"link": token})
        headers = {"X-CSRF-Token": str(session["csrf"])}
        name = f"morello on {platform.node()}"[:100]
        made = await _call(connection, _CREATE_KEY, {"name": name}, headers)
        await _call(connection, _SIGN_OUT, {}, headers)
    finally:
        await connection.close()
    return str(made["secret"]["secret"])


async def _call(
    connection: Connection,
    tool: str,
    given: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    answer = await connection.send("POST", f"/api/tools/{tool}", json=given, headers=headers)
    found: dict[str, Any] = answer.json()
    return found

"""Sessions: a credential becomes a cookie that no script reads, and leaves the body."""

import datetime
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, RootModel

from morello.doors.rest.output.answer import Header
from morello.kernel.values.credential import Credential, CredentialKind

SESSION = "morello_session"
CSRF = "morello_csrf"
_VALUE_MAX = 4000
_ENDED = "Thu, 01 Jan 1970 00:00:00 GMT"


def credentials_in(output: Any) -> Iterator[tuple[Credential, BaseModel]]:
    """Yield each credential of an output with the model it stands in."""
    if isinstance(output, RootModel):
        values: list[Any] = [output.root]
    else:
        values = [value for _, value in output]
    while values:
        value = values.pop()
        if isinstance(value, Credential):
            yield value, output
        elif isinstance(value, BaseModel):
            yield from credentials_in(value)
        elif isinstance(value, list | tuple):
            values.extend(value)
        elif isinstance(value, dict):
            values.extend(value.values())


def without_sessions(value: Any) -> Any:
    """Return plain values in which a session's secret is left out."""
    if isinstance(value, dict):
        kept = {key: without_sessions(each) for key, each in value.items()}
        if kept.get("kind") == CredentialKind.SESSION.value and "secret" in kept:
            del kept["secret"]
        return kept
    return [without_sessions(each) for each in value] if isinstance(value, list) else value


def cookies_of(output: BaseModel, *, secure: bool) -> list[Header]:
    """Return what sets the session of an output, and its token that pages send along.

    A session whose secret is empty has ended: its cookies go.
    """
    headers: list[Header] = []
    for credential, around in credentials_in(output):
        if credential.kind is not CredentialKind.SESSION:
            continue
        secret = credential.secret.get_secret_value()
        until = _until(getattr(around, "expires_at", None)) if secret else f"; Expires={_ENDED}"
        headers.append(_cookie(SESSION, secret, f"{until}; HttpOnly", secure=secure))
        token = getattr(around, "csrf", "") or ""
        token = token if isinstance(token, str) else token.get_secret_value()
        headers.append(_cookie(CSRF, token if secret else "", until, secure=secure))
    return headers


def ended(*, secure: bool) -> list[Header]:
    """Return what removes the cookies of a session."""
    until = f"; Expires={_ENDED}"
    return [
        _cookie(SESSION, "", f"{until}; HttpOnly", secure=secure),
        _cookie(CSRF, "", until, secure=secure),
    ]


def _cookie(name: str, value: str, more: str, *, secure: bool) -> Header:
    safe = all("!" <= each <= "~" and each not in ';,"\\' for each in value)
    assert safe and len(value) <= _VALUE_MAX, f"{name} cannot stand in a cookie"  # noqa: PT018 - one fact
    attributes = f"; Path=/; SameSite=Lax{more}{'; Secure' if secure else ''}"
    return b"set-cookie", f"{name}={value}{attributes}".encode()


def _until(at: object) -> str:
    if not isinstance(at, datetime.datetime):
        return ""
    moment = at.astimezone(datetime.UTC)
    return f"; Expires={moment.strftime('%a, %d %b %Y %H:%M:%S GMT')}"

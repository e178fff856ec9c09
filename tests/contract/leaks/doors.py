"""Doors that a trial goes through; each gives everything that the caller gets to see."""

import asyncio
import contextlib
import json
import urllib.parse
import uuid
from collections.abc import AsyncGenerator
from typing import Any

import httpx
from pydantic import BaseModel

from morello.kernel.caller import Call, Reply
from morello.kernel.errors import Fault, MorelloError
from morello.kernel.messages import LANGUAGES
from morello.kernel.principal import Origin, Principal
from morello.kernel.values import Blob

from .trial import Trial

_TRIAL_TIMEOUT_S = 20.0
_LIVE_TIMEOUT_S = 0.2
_ITEMS_MAX = 20
_SERVER_ERROR = 500
_SHOWN_BYTES_MAX = 1 << 20


class Broken(AssertionError):
    """Our own mistake, which a trial brought to light."""


async def through_pipeline(caller: Any, trial: Trial, principal: Principal) -> list[str]:
    """Call the corridor itself."""
    call = Call(
        tool=trial.tool.name,
        given=trial.given,
        principal=principal,
        origin=Origin(door="test"),
        idempotency_key=trial.idempotency_key,
        approval=uuid.UUID(trial.approval) if trial.approval else None,
    )
    shown: list[str] = []
    try:
        with contextlib.suppress(TimeoutError):
            async with (
                asyncio.timeout(_LIVE_TIMEOUT_S if trial.tool.is_live else _TRIAL_TIMEOUT_S),
                contextlib.aclosing(_items(caller, call, is_streamed=trial.is_streamed)) as items,
            ):
                async for item in items:
                    shown += _texts(item)
                    if len(shown) > _ITEMS_MAX:
                        break
    except Fault as error:
        raise Broken(f"{trial.tool.name}: {trial.given}: {error.__cause__!r}") from error
    except MorelloError as error:
        shown += [error.in_words(each) for each in LANGUAGES]
        shown.append(json.dumps(error.message.parameters, default=str))
    return shown


async def _items(caller: Any, call: Call, *, is_streamed: bool) -> AsyncGenerator[Any]:
    if not is_streamed:
        yield await caller.call(call)
        return
    async for item in caller.stream(call):
        yield item


def _texts(item: Any) -> list[str]:
    if isinstance(item, Reply):
        output = item.output
        content: list[str] = []
        if isinstance(output, Blob):
            with output.open() as stream:
                content = [stream.read(_SHOWN_BYTES_MAX).decode("utf-8", "replace")]
        return [output.model_dump_json(), str(item.event_id), *content]
    assert isinstance(item, BaseModel)
    return [item.model_dump_json()]


async def through_rest(
    client: httpx.AsyncClient, trial: Trial, bearer: str, organization_id: uuid.UUID
) -> list[str]:
    """Send it over HTTP, by the tool's name or to the place it has."""
    headers = {
        "Authorization": f"Bearer {bearer}",
        "X-Company-ID": trial.company or str(organization_id),
        "Accept-Language": LANGUAGES[len(trial.given) % len(LANGUAGES)],
    }
    if trial.idempotency_key:
        headers["Idempotency-Key"] = trial.idempotency_key
    if trial.approval:
        headers["Morello-Approval"] = trial.approval
    request = _request(client, trial, headers)
    try:
        async with asyncio.timeout(_LIVE_TIMEOUT_S if trial.tool.is_live else _TRIAL_TIMEOUT_S):
            answer = await client.send(request)
    except TimeoutError:
        return []
    if answer.status_code == _SERVER_ERROR:
        raise Broken(f"{trial.tool.name}: {trial.given}: {answer.text[:300]}")
    return [str(answer.headers), answer.text]


def _request(client: httpx.AsyncClient, trial: Trial, headers: dict[str, str]) -> httpx.Request:
    route = trial.tool.route
    if route is None or trial.is_streamed:
        path, method, given = f"/api/tools/{trial.tool.name}", "POST", dict(trial.given)
    else:
        path, method, given = route.path, route.method, dict(trial.given)
        for name in list(given):
            if f"{{{name}}}" in path:
                segment = urllib.parse.quote(_printable(given.pop(name)), safe="")
                path = path.replace(f"{{{name}}}", segment or "x")
    if method in {"GET", "DELETE"}:
        query = {name: _printable(value) for name, value in given.items()}
        return client.build_request(method, path, params=query, headers=headers)
    content = json.dumps(given).encode()
    headers["Content-Type"] = "application/json"
    return client.build_request(method, path, content=content, headers=headers)


def _printable(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace").decode()

"""Calls that a server runs. Implements `kernel.caller.Caller` over HTTP."""

import contextlib
import json
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import httpx
from pydantic import ValidationError

from morello.doors.cli.remote.connection import Connection
from morello.doors.cli.remote.events import Event, events
from morello.doors.cli.remote.problem import error_of
from morello.doors.cli.remote.until_cancelled import until_cancelled
from morello.doors.cli.remote.uploading import uploaded
from morello.kernel.caller import Call, Reply
from morello.kernel.context import Progress, Update
from morello.kernel.errors import Unavailable
from morello.kernel.registry import Registry
from morello.kernel.tool import Tool
from morello.kernel.values import Blob

_EVENTS = "text/event-stream"
_JSON = "application/json"
_WORDED_MESSAGE = {"id", "parameters", "text"}


class RemoteCaller:
    """Sends each call to one server, and its files ahead of it."""

    def __init__(self, connection: Connection, registry: Registry) -> None:
        self._connection = connection
        self._registry = registry

    async def call(self, call: Call) -> Reply:
        """Run to the end. Raises a MorelloError."""
        items = [item async for item in self.stream(call) if isinstance(item, Reply)]
        if not items:
            raise Unavailable("server.lost", url=self._connection.url)
        return items[0]

    async def stream(self, call: Call) -> AsyncIterator[Update | Reply]:
        """Run, yielding updates; the last item is the reply. Raises a MorelloError.

        Asked to stop, it leaves; the server then cancels what it was doing for us.
        """
        tool = self._registry.find(call.tool, call.principal.organization_id)
        items = until_cancelled(self._items(call, tool), call.cancellation)
        async for item in items:
            yield item

    async def _items(self, call: Call, tool: Tool) -> AsyncGenerator[Update | Reply, None]:
        given = await uploaded(call.given, self._connection, call.cancellation)
        # A file comes as it is; everything else, with progress before it.
        accepted = "*/*" if tool.output is Blob else f"{_EVENTS}, {_JSON};q=0.5"
        async with self._connection.answering(
            "POST",
            f"/api/tools/{call.tool}",
            content=json.dumps(given, default=str, ensure_ascii=False).encode(),
            headers={"Content-Type": _JSON, "Accept": accepted, **_headers(call)},
        ) as response:
            if not response.headers.get("content-type", "").startswith(_EVENTS):
                yield _reply(response, await _output(response, tool))
                return
            async for event in events(response.aiter_bytes()):
                if (item := _item(event, response, tool)) is not None:
                    yield item
                if isinstance(item, Reply):
                    return
        raise Unavailable("server.lost", url=self._connection.url)


def _headers(call: Call) -> dict[str, str]:
    said = {"X-Morello-Approval": call.approval, "Idempotency-Key": call.idempotency_key}
    return {name: str(value) for name, value in said.items() if value}


def _item(event: Event, response: httpx.Response, tool: Tool) -> Update | Reply | None:
    """Return what an event tells; one that this version does not know tells nothing."""
    if event.kind not in {"progress", "result", "problem"}:
        return None
    data = _parsed(event.data, response)
    if event.kind == "problem":
        raise error_of(data, status=int(data.get("status", 500)))
    if event.kind == "progress":
        with contextlib.suppress(ValidationError):
            return Progress.model_validate(data)
        return None
    return _reply(response, _typed(data["output"], tool), data)


async def _output(response: httpx.Response, tool: Tool) -> Any:
    content = await response.aread()
    if tool.output is not Blob:
        return _typed(_parsed(content, response), tool)
    media_type = response.headers.get("content-type", "application/octet-stream")
    return Blob.of(tool.name, content, media_type)


def _typed(output: Any, tool: Tool) -> Any:
    """Return an output as the tool's model; of another version's, the plain values."""
    bare = _unworded(output)
    try:
        return tool.output.model_validate(bare)
    except ValidationError:
        return bare


def _unworded(value: Any) -> Any:
    """Leave out what each message says in words: this door says it itself."""
    if isinstance(value, dict):
        if value.keys() == _WORDED_MESSAGE:
            return {"id": value["id"], "parameters": _unworded(value["parameters"])}
        return {key: _unworded(each) for key, each in value.items()}
    return [_unworded(each) for each in value] if isinstance(value, list) else value


def _parsed(text: str | bytes, response: httpx.Response) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Unavailable("server.answer", status=response.status_code) from None


def _reply(response: httpx.Response, output: Any, said: dict[str, Any] | None = None) -> Reply:
    said = said or {}
    headers = response.headers
    try:
        return Reply(
            call_id=uuid.UUID(str(said.get("call_id") or headers["x-call-id"])),
            event_id=uuid.UUID(str(said.get("event_id") or headers["x-event-id"])),
            output=output,
            from_cache=bool(said.get("from_cache")),
            repeated=bool(said.get("repeated") or headers.get("idempotency-replayed")),
        )
    except (KeyError, ValueError):
        raise Unavailable("server.answer", status=response.status_code) from None

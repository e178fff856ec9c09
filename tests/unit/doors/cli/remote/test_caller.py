import asyncio
import json
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from morello.doors.cli.remote.caller import RemoteCaller
from morello.doors.cli.remote.connection import Connection
from morello.doors.cli.remote.logins import Login
from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.errors import Cancelled, NotFound, Unavailable
from morello.kernel.ids import new_id
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.registry import Registry
from morello.kernel.tool import Tool, tool
from morello.kernel.values import Blob, Table

CALL, EVENT = new_id(), new_id()
IDS = {"x-call-id": str(CALL), "x-event-id": str(EVENT)}
WORDS = {"en": "A tool.", "ko": "도구입니다."}


class Request(BaseModel):
    file: Blob | None = None
    data: str = ""


class Said(BaseModel):
    said: Message | None = None
    facts: dict[str, Any] = {}


@tool("fake.said", title=WORDS, permission=Permission.READ_DATA, example={})
async def said(request: Request, context: Any) -> Said:
    raise AssertionError("it runs elsewhere")


@tool("fake.file", title=WORDS, permission=Permission.READ_DATA, example={})
async def file(request: Request, context: Any) -> Blob:
    raise AssertionError("it runs elsewhere")


@tool("fake.table", title=WORDS, permission=Permission.READ_DATA, example={})
async def table(request: Request, context: Any) -> Table:
    raise AssertionError("it runs elsewhere")


class Tools:
    def listed(self, organization_id: uuid.UUID) -> Iterator[Any]:
        yield from ()

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:
        return next((each for each in (said, file, table) if each.name == name), None)


@pytest.fixture
async def caller(fake_server: Any) -> Any:
    login = Login(url=fake_server.url, organization="o-1", credential=SecretStr("mor_key"))
    connection = Connection(login, "ko")
    yield RemoteCaller(connection, Registry([Tools()]))
    await connection.close()


def a_call(name: str, given: dict[str, Any] | None = None, **said: Any) -> Call:
    return Call(tool=name, given=given or {}, principal=LOCAL_PRINCIPAL, **said)


def stream(fake_server: Any, path: str, *events: tuple[str, Any], wait_s: float = 0.0) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"retry: 2000\n\n"
        for kind, data in events:
            yield f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()
        for _ in range(int(wait_s * 100)):
            time.sleep(0.01)
            yield b": still here\n\n"

    answered = _answered(fake_server)(media_type="text/event-stream", pieces=pieces)
    fake_server.answers[path] = lambda _: answered


def _answered(fake_server: Any) -> Any:
    fake_server.answer("/x", {})
    return type(fake_server.answers.pop("/x")(None))


PROGRESS = {"message": {"id": "fake.progress", "parameters": {}, "text": "Halb"}, "share": 0.5}
RESULT = {
    "call_id": str(CALL),
    "event_id": str(EVENT),
    "from_cache": True,
    "repeated": False,
    "output": {
        "said": {"id": "fake.said", "parameters": {"n": 1}, "text": "Eins"},
        "facts": {"why": {"id": "fake.why", "parameters": {}, "text": "Darum"}},
    },
}


async def test_progress_and_the_typed_answer_come_from_the_server(
    caller: Any, fake_server: Any
) -> None:
    stream(fake_server, "/api/tools/fake.said", ("progress", PROGRESS), ("result", RESULT))
    call = a_call("fake.said", {"data": "oranges"}, idempotency_key="k", approval=EVENT)
    progress, reply = [each async for each in caller.stream(call)]
    assert isinstance(progress, Progress)
    assert progress.share == 0.5
    assert isinstance(reply, Reply)
    assert (reply.call_id, reply.event_id, reply.from_cache) == (CALL, EVENT, True)
    assert isinstance(reply.output, Said)
    assert reply.output.facts == {"why": {"id": "fake.why", "parameters": {}}}
    asked = fake_server.asked[0]
    assert asked.json == {"data": "oranges"}
    sent = {name: asked.headers[name] for name in ("authorization", "x-company-id")}
    assert sent == {"authorization": "Bearer mor_key", "x-company-id": "o-1"}
    assert asked.headers["accept-language"] == "ko"
    assert asked.headers["idempotency-key"] == "k"
    assert asked.headers["x-morello-approval"] == str(EVENT)


async def test_an_answer_without_events_is_one_too(caller: Any, fake_server: Any) -> None:
    value = {"columns": [], "rows": [], "truncated": False}
    fake_server.answer("/api/tools/fake.table", value, headers={**IDS, "idempotency-replayed": "1"})
    reply = await caller.call(a_call("fake.table"))
    assert isinstance(reply.output, Table)
    assert reply.repeated


async def test_an_answer_of_another_version_keeps_its_plain_values(
    caller: Any, fake_server: Any
) -> None:
    fake_server.answer("/api/tools/fake.table", {"rows": "many"}, headers=IDS)
    assert (await caller.call(a_call("fake.table"))).output == {"rows": "many"}


async def test_a_file_comes_as_it_is(caller: Any, fake_server: Any) -> None:
    made = _answered(fake_server)(
        media_type="text/html", headers=IDS, pieces=lambda: iter([b"<p>"]), length=3
    )
    fake_server.answers["/api/tools/fake.file"] = lambda _: made
    output = (await caller.call(a_call("fake.file"))).output
    assert output.open().read() == b"<p>"
    assert "event-stream" not in fake_server.asked[0].headers["accept"]


async def test_small_files_go_along_and_large_ones_ahead(
    caller: Any, fake_server: Any, tmp_path: Path
) -> None:
    fake_server.answer("/api/tools/fake.said", {}, headers=IDS)
    fake_server.answer("/api/uploads", {"id": str(EVENT)}, status=201)
    for name, size in (("small.csv", 10), ("über groß.csv", 3 << 20)):
        path = tmp_path / name
        path.write_bytes(b"x" * size)
        await caller.call(a_call("fake.said", {"file": Blob.from_path(path)}))
    small, upload, large = fake_server.asked
    assert small.json["file"]["base64"]
    assert len(upload.body) == 3 << 20
    assert "%C3%BCber" in upload.headers["content-disposition"]
    assert large.json == {"file": {"upload": str(EVENT)}}


async def test_what_the_server_refuses_is_refused_here(caller: Any, fake_server: Any) -> None:
    problem = {"code": "not_found", "message": NotFound("dataset", name="x").message.model_dump()}
    fake_server.answer("/api/tools/fake.said", problem, status=404)
    with pytest.raises(NotFound, match="x"):
        await caller.call(a_call("fake.said"))
    stream(fake_server, "/api/tools/fake.said", ("problem", {**problem, "status": 404}))
    with pytest.raises(NotFound, match="x"):
        await caller.call(a_call("fake.said"))


@pytest.mark.parametrize("events", [(), (("progress", PROGRESS),), (("unheard_of", {}),)])
async def test_a_connection_that_breaks_is_no_answer(
    caller: Any, fake_server: Any, events: Any
) -> None:
    stream(fake_server, "/api/tools/fake.said", *events)
    with pytest.raises(Unavailable, match="was lost"):
        await caller.call(a_call("fake.said"))


async def test_nobody_there_is_said(caller: Any) -> None:
    closed = Connection(Login(url="http://127.0.0.1:9", credential=SecretStr("")), "en")
    with pytest.raises(Unavailable, match="No server answers"):
        await RemoteCaller(closed, Registry([Tools()])).call(a_call("fake.said"))
    await closed.close()


@pytest.mark.parametrize("value", [{}, {"headers": {}}, {"headers": {"x-call-id": "?"}}])
async def test_what_is_no_morello_server_is_said(caller: Any, fake_server: Any, value: Any) -> None:
    fake_server.answer("/api/tools/fake.said", "<html>", **value)
    with pytest.raises(Unavailable, match="makes no sense"):
        await caller.call(a_call("fake.said"))


async def test_to_stop_is_to_leave(caller: Any, fake_server: Any) -> None:
    stream(fake_server, "/api/tools/fake.said", ("progress", PROGRESS), wait_s=20)
    cancellation = Cancellation()
    items = caller.stream(a_call("fake.said", cancellation=cancellation))
    assert isinstance(await anext(items), Progress)
    threading.Timer(0.05, cancellation.cancel).start()
    with pytest.raises(Cancelled):
        await anext(items)
    assert await asyncio.to_thread(fake_server.left.wait, 5)

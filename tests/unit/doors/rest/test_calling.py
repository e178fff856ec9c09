import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from morello.kernel.errors import Conflict, MorelloError, TimedOut, Unavailable
from morello.kernel.principal import Effect
from morello.pipeline.providers.brought import Brought, BroughtTools

from .conftest import House
from .fake_tools import KEY, ORGANIZATION

TOOLS = "/api/tools"


async def test_a_tool_is_at_its_route_and_at_its_name(client: httpx.AsyncClient) -> None:
    routed = await client.get("/api/v1/datasets/orders?rows=5")
    named = await client.post(f"{TOOLS}/data.describe", json={"data": "orders", "rows": 5})
    read = await client.get(f"{TOOLS}/data.describe?data=orders&rows=5")
    assert routed.json() == named.json() == read.json()
    assert routed.json() == {"dataset": "orders", "version": None, "rows": 5}


async def test_what_changes_something_is_never_done_by_looking(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{TOOLS}/data.delete?data=orders")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "OPTIONS, POST"


async def test_a_tool_that_comes_later_needs_no_restart(house: House) -> None:
    async def function(given: dict[str, Any]) -> dict[str, Any]:
        return {"doubled": given["n"] * 2}

    brought = BroughtTools()
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    declared = Brought(
        name="outside.double", title={"en": "x"}, input_schema=schema, effect=Effect.WRITES
    )
    async with house.client(KEY) as client:
        path = f"{TOOLS}/outside.double"
        assert (await client.post(path, json={"n": 4})).status_code == 404
        house.service.provider.tools.append(brought.add(ORGANIZATION, declared, function))
        assert (await client.post(path, json={"n": 4})).json() == {"doubled": 8}
        assert (await client.post(path, json={"n": "4"})).status_code == 422


async def test_an_answer_names_its_call_its_event_and_its_receipt(
    house: House, client: httpx.AsyncClient
) -> None:
    answer = await client.get("/api/v1/datasets")
    event = uuid.UUID(answer.headers["x-event-id"])
    assert uuid.UUID(answer.headers["x-call-id"]) == house.calls[-1].call_id
    assert answer.links["receipt"]["url"] == f"{TOOLS}/audit.receipt?event={event}"


async def test_a_page_says_where_the_next_one_is(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/datasets?after=a&limit=3&tags=%EB%B0%B0")
    link = answer.links["next"]["url"]
    assert link == "/api/v1/datasets?limit=3&tags=%EB%B0%B0&after=b+c"
    following = await client.get(link)
    assert following.json()["asked"]["after"] == "b c"
    assert following.json()["asked"]["tags"] == ["배"]


async def test_an_answer_that_one_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/v1/datasets")
    tag = first.headers["etag"]
    for known in (tag, f'W/{tag}, "other"', "*"):
        again = await client.get("/api/v1/datasets", headers={"If-None-Match": known})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert "x-event-id" in again.headers
    other = await client.get("/api/v1/datasets?limit=9", headers={"If-None-Match": tag})
    assert other.status_code == 200


async def test_the_same_idempotency_key_gets_the_first_answer(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k1", "Content-Type": "text/csv"}
    first = await client.post("/api/v1/datasets", content=b"a\n1\n", headers=key)
    again = await client.post("/api/v1/datasets", content=b"a\n1\n", headers=key)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["x-event-id"] == first.headers["x-event-id"]


async def test_a_long_call_becomes_a_job_on_request(house: House) -> None:
    async with house.client(KEY, Prefer='respond-async; wait="10"') as client:
        answer = await client.post("/api/v1/datasets", files={"file": ("a.csv", b"a\n1\n")})
        short = await client.get("/api/v1/datasets")
    job = uuid.UUID(int=5)
    assert answer.status_code == 202
    assert answer.json() == {"job": str(job)}
    assert answer.headers["location"] == f"/api/v1/jobs/{job}"
    assert answer.headers["preference-applied"] == "respond-async"
    assert short.status_code == 200
    assert len(house.service.uploads.kept) == 1, "the job will want the file"


async def test_an_approval_travels_in_its_header(house: House, client: httpx.AsyncClient) -> None:
    refused = await client.post(f"{TOOLS}/fake.wait", json={"error": "approval"})
    assert refused.status_code == 403
    assert refused.json()["code"] == "approval_required"
    approval = refused.json()["approval"]
    headers = {"X-Morello-Approval": approval}
    await client.post(f"{TOOLS}/fake.wait", json={}, headers=headers)
    assert str(house.calls[-1].approval) == approval
    broken = await client.post(f"{TOOLS}/fake.wait", headers={"X-Morello-Approval": "x"})
    assert broken.status_code == 400


async def test_who_is_too_fast_is_told_when_to_come_back(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{TOOLS}/fake.wait", json={"error": "busy"})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "2"


@pytest.mark.parametrize(
    ("error", "status"), [(Conflict("x"), 409), (TimedOut("x"), 504), (Unavailable("x"), 503)]
)
async def test_what_the_corridor_refuses_is_a_problem(
    house: House, monkeypatch: pytest.MonkeyPatch, error: MorelloError, status: int
) -> None:
    async def refuse(call: Any) -> Any:
        raise error

    monkeypatch.setattr(house.service.caller, "call", refuse)
    async with house.client(KEY) as client:
        answer = await client.get("/api/v1/datasets")
    assert answer.status_code == status
    assert ("retry-after" in answer.headers) is (status == 503)


async def test_wrong_fields_are_listed(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/datasets?limit=many&exact=perhaps&color=green")
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == {"limit", "exact", "color"}


async def test_who_leaves_cancels_the_call(house: House) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"{TOOLS}/fake.wait",
        "query_string": b"seconds=30",
        "headers": [(b"host", b"localhost"), (b"authorization", f"Bearer {KEY}".encode())],
        "client": ("127.0.0.1", 1),
    }
    left, sent = asyncio.Event(), list[Any]()

    async def receive() -> dict[str, Any]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    running = asyncio.create_task(house.application(scope, receive, send))
    await asyncio.sleep(0.1)
    assert not running.done()
    left.set()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await running
    assert house.service.caller.cancelled == 1


async def events(lines: AsyncIterator[str]) -> list[tuple[str, str, Any]]:
    """Return (kind, id, data) of each event."""
    found, kind, identifier = [], "", ""
    async for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            kind, identifier = value, ""
        elif name == "id":
            identifier = value
        elif name == "data":
            found.append((kind, identifier, json.loads(value)))
    return found


async def test_a_call_tells_its_progress_and_then_its_result(client: httpx.AsyncClient) -> None:
    given = {"file": {"name": "a.csv", "text": "a\n"}, "name": "x"}
    headers = {"Accept": "text/event-stream, application/json;q=0.5"}
    path = f"{TOOLS}/data.import"
    async with client.stream("POST", path, json=given, headers=headers) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        assert "x-call-id" in answer.headers
        found = await events(answer.aiter_lines())
    (progress, _, share), (result, _, said) = found
    assert (progress, share["share"]) == ("progress", 0.5)
    assert result == "result"
    assert said["output"]["dataset"] == "x"
    assert set(said) == {"call_id", "event_id", "from_cache", "repeated", "output"}


async def test_what_fails_on_the_way_is_told_as_a_problem(client: httpx.AsyncClient) -> None:
    headers = {"Accept": "text/event-stream"}
    path = f"{TOOLS}/fake.wait"
    async with client.stream("POST", path, json={"error": "busy"}, headers=headers) as answer:
        ((kind, _, said),) = await events(answer.aiter_lines())
    assert kind == "problem"
    assert said["status"] == 429


async def test_a_live_tool_goes_on_where_its_reader_was_cut_off(client: httpx.AsyncClient) -> None:
    async with client.stream("GET", "/api/live", headers={"Last-Event-ID": "2"}) as answer:
        found = await events(answer.aiter_lines())
    assert [each[:2] for each in found] == [("seen", "3"), ("seen", "4"), ("result", "")]
    broken = await client.get("/api/live", headers={"Last-Event-ID": "x"})
    assert broken.status_code == 400


async def test_a_live_tool_gives_its_result_alone_to_who_wants_json(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/api/live", headers={"Accept": "application/json"})
    assert answer.json() == {"count": 5}

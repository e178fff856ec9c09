import base64
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from morello.doors.rest.input.files import harmless
from morello.kernel.errors import InvalidInput

from .conftest import House
from .fake_tools import KEY, ORGANIZATION, OTHER_KEY, VIEWER_KEY

DATASETS = "/api/v1/datasets"
JSON = {"Content-Type": "application/json"}


async def test_a_query_becomes_the_tool_s_types(client: httpx.AsyncClient) -> None:
    query = "limit=5&exact=true&tags=a&tags=b&filter=%7B%22x%22%3A1%7D&color=blue&day=2026-11-20"
    asked = (await client.get(f"{DATASETS}?{query}")).json()["asked"]
    assert asked == {
        "after": "",
        "limit": 5,
        "exact": True,
        "tags": ["a", "b"],
        "filter": {"x": 1},
        "color": "blue",
        "day": "2026-11-20",
    }


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("limt=5", 422, "limt"),
        ("limit=5&limit=6", 422, "twice"),
        ("filter=%7Bx", 422, "filter"),
        ("after=%ff", 400, "UTF-8"),
        ("after=%00", 400, "NUL"),
        ("day=yesterday", 422, "day"),
    ],
)
async def test_a_wrong_query_is_said_to_be(
    client: httpx.AsyncClient, query: str, status: int, said: str
) -> None:
    answer = await client.get(f"{DATASETS}?{query}")
    assert answer.status_code == status
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status", "case"),
    [
        (b"{", 400, "rest.json"),
        (b"[1]", 400, "rest.json_object"),
        (b'"text"', 400, "rest.json_object"),
        (b"\xff\xfe{}", 400, "rest.json"),
        (b"NaN", 400, "rest.json"),
        (b'{"data": "a\\u0000b"}', 400, "rest.nul"),
        (b'{"data":' + b"[" * 80 + b"]" * 80 + b"}", 400, "rest.json_depth"),
        (b"[" * 2000, 400, "rest.json"),
        (b'{"data": "orders", "row": 1}', 422, "rest.unknown_fields"),
        (b'{"data": "orders", "rows": "x"}', 422, "fields"),
        (b"", 422, "fields"),
    ],
)
async def test_a_wrong_body_is_said_to_be(
    client: httpx.AsyncClient, body: bytes, status: int, case: str
) -> None:
    answer = await client.post("/api/tools/data.describe", content=body, headers=JSON)
    assert answer.status_code == status
    assert answer.json()["message"]["id"] == f"error.invalid_input.{case}"


async def test_an_escaped_escape_is_no_nul(client: httpx.AsyncClient) -> None:
    body = b'{"data": "a\\\\u0000b"}'
    answer = await client.post("/api/tools/data.describe", content=body, headers=JSON)
    assert answer.status_code == 200


async def test_a_plain_form_will_do_where_there_is_no_file(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/tools/data.describe", data={"data": "orders", "rows": "4"})
    assert answer.json()["rows"] == 4


async def test_a_body_of_another_type_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/xml"}
    answer = await client.post("/api/tools/data.describe", content=b"<a/>", headers=headers)
    assert answer.status_code == 415


async def test_the_path_goes_before_the_body(house: House, client: httpx.AsyncClient) -> None:
    await client.request("DELETE", f"{DATASETS}/orders?data=other")
    assert house.calls[-1].given == {"data": "orders"}


@pytest.mark.parametrize(
    ("headers", "query", "name", "media_type"),
    [
        ({"Content-Type": "text/csv"}, "name=sales", "sales.csv", "text/csv"),
        ({"Content-Type": "text/csv; charset=utf-8"}, "", "upload.csv", "text/csv"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "", "upload", None),
        ({}, "", "upload", "application/octet-stream"),
        (
            {
                "Content-Type": "text/csv",
                "Content-Disposition": 'attachment; filename="../b c.csv"',
            },
            "",
            "b c.csv",
            "text/csv",
        ),
        (
            {"Content-Disposition": "attachment; filename*=UTF-8''%EB%B0%B0.csv"},
            "",
            "배.csv",
            "application/octet-stream",
        ),
    ],
)
async def test_a_body_of_bytes_is_the_tool_s_one_file(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    query: str,
    name: str,
    media_type: str | None,
) -> None:
    answer = await client.post(f"{DATASETS}?{query}", content=b"a\n1\n", headers=headers)
    said = answer.json()
    assert (said["name"], said["text"]) == (name, "a\n1\n")
    assert media_type in {None, said["media_type"]}


async def test_a_file_of_one_call_goes_with_it(house: House, client: httpx.AsyncClient) -> None:
    await client.post(DATASETS, content=b"a\n", headers={"Content-Type": "text/csv"})
    await client.post(DATASETS, files={"file": ("a.csv", b"a\n")})
    assert house.service.uploads.kept == {}


async def test_a_form_brings_fields_and_files(client: httpx.AsyncClient) -> None:
    for content in (b"a\n1\n", b"x" * 300_000, b"", b"\r\n--boundary\r\n"):
        files = {"file": ("../한 글.csv", content, "text/csv")}
        answer = await client.post(DATASETS, data={"name": "판매"}, files=files)
        said = answer.json()
        assert (said["dataset"], said["name"]) == ("판매", "한 글.csv")
        assert said["text"].encode() == content
        assert said["media_type"] == "text/csv"


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("multipart/form-data", b"", 422),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=b", b"rubbish", 400),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n", 400),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncut',
            400,
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n' * 70 + b"--b--\r\n",
            413,
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n'
            + b"x" * (2 << 20)
            + b"\r\n--b--\r\n",
            413,
        ),
    ],
)
async def test_a_broken_form_is_refused(
    house: House, client: httpx.AsyncClient, content_type: str, body: bytes, status: int
) -> None:
    answer = await client.post(DATASETS, content=body, headers={"Content-Type": content_type})
    assert answer.status_code == status
    assert house.service.uploads.kept == {}


async def test_a_file_over_the_site_s_limit_is_not_read_on(tmp_path: Path) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1000
            yield b"x" * 1000

    house = House(tmp_path, file_bytes_max=10_000)
    async with house.client(KEY) as client:
        answer = await client.post(DATASETS, content=endless(), headers={"Content-Type": "a/b"})
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"
    assert read <= 12_000


async def test_an_upload_is_used_by_a_later_call(house: House, client: httpx.AsyncClient) -> None:
    made = await client.post("/api/uploads?name=big.csv", content=b"a\n1\n")
    assert made.status_code == 201
    assert made.json() | {"id": ""} == {"id": "", "name": "big.csv", "size_bytes": 4}
    given = {"file": {"upload": made.json()["id"]}, "name": "big"}
    answer = await client.post(DATASETS, json=given)
    assert (answer.json()["name"], answer.json()["text"]) == ("big.csv", "a\n1\n")
    assert len(house.service.uploads.kept) == 1, "it may be used again"


async def test_an_upload_is_its_organization_s_alone(
    house: House, client: httpx.AsyncClient
) -> None:
    upload = (await client.post("/api/uploads", content=b"a\n")).json()["id"]
    async with house.client(OTHER_KEY) as stranger:
        for wanted in (upload, str(uuid.UUID(int=3)), "rubbish", 7):
            answer = await stranger.post(DATASETS, json={"file": {"upload": wanted}})
            assert answer.status_code == 404
    assert {organization for organization, _ in house.service.uploads.kept} == {ORGANIZATION}


async def test_an_upload_may_be_a_form_of_one_file(client: httpx.AsyncClient) -> None:
    made = await client.post("/api/uploads", files={"any": ("배.csv", b"a\n")})
    assert made.json()["name"] == "배.csv"
    none = await client.post("/api/uploads", files=[("a", (None, "text"))])
    assert none.status_code == 422


@pytest.mark.parametrize(("key", "status"), [("", 401), (VIEWER_KEY, 403)])
async def test_not_everybody_may_leave_files(house: House, key: str, status: int) -> None:
    async with house.client(key) as client:
        assert (await client.post("/api/uploads", content=b"a")).status_code == status
    assert house.service.uploads.kept == {}


async def test_a_file_may_stand_in_the_json(client: httpx.AsyncClient) -> None:
    encoded = base64.b64encode(b"a\n2\n").decode()
    answer = await client.post(DATASETS, json={"file": {"name": "a.csv", "base64": encoded}})
    assert answer.json()["text"] == "a\n2\n"


@given(st.text())
def test_a_file_name_is_harmless(name: str) -> None:
    try:
        bare = harmless(name)
    except InvalidInput:
        assert len(name) > 255
        return
    assert bare
    assert not set(bare) & set("/\\\x00\n")


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.binary(max_size=200), kind=st.sampled_from(["json", "form", "multi", "csv", ""]))
async def test_no_body_breaks_the_door(house: House, body: bytes, kind: str) -> None:
    types: dict[str, Any] = {
        "json": "application/json",
        "form": "application/x-www-form-urlencoded",
        "multi": "multipart/form-data; boundary=b",
        "csv": "text/csv",
        "": "",
    }
    async with house.client(KEY) as client:
        for path in (DATASETS, "/api/tools/data.describe"):
            answer = await client.post(path, content=body, headers={"Content-Type": types[kind]})
            undecodable = kind in {"csv", "form", ""} and path == DATASETS
            assert answer.status_code < 500 or undecodable

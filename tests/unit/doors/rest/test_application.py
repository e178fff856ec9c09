import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

from morello.kernel.messages import Message

from .conftest import House
from .fake_tools import KEY


@pytest.mark.parametrize("path", ["/", "/docs", "/api/v1/datasets", "/nowhere", "/health/live"])
async def test_every_answer_is_safe_in_a_browser(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "cache-control" in headers
    assert "strict-transport-security" not in headers


async def test_over_tls_a_browser_is_told_to_stay_there(house: House) -> None:
    async with house.client() as client:
        answer = await client.get("https://localhost/health/live")
    assert "max-age" in answer.headers["strict-transport-security"]


async def test_what_is_nowhere_is_a_problem_with_a_next_step(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/nothing", headers={"Accept-Language": "ko, en;q=0.5"})
    said = answer.json()
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "ko"
    assert said["code"] == "not_found"
    assert said["type"] == "/docs#error-not_found"
    assert said["instance"] == "/api/v1/nothing"
    assert said["detail"].startswith("이 경로에는")
    assert said["next"]
    assert said["message"]["id"] == "error.not_found.rest.path"


async def test_a_wrong_method_names_the_right_ones(client: httpx.AsyncClient) -> None:
    answer = await client.patch("/api/v1/datasets/orders")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS"


async def test_head_is_get_without_the_body(client: httpx.AsyncClient) -> None:
    got, head = await client.get("/api/v1/datasets"), await client.head("/api/v1/datasets")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
    assert (await client.head("/api/tools/insights.report?data=orders")).content == b""


async def test_options_say_what_there_is(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.options("/api/v1/datasets")
    assert answer.status_code == 204
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert "access-control-allow-origin" not in answer.headers


async def test_pages_of_other_origins_are_let_in_only_when_the_site_names_them(
    tmp_path: Path,
) -> None:
    house = House(tmp_path, origins_allowed="https://app.example")
    asks = {"Access-Control-Request-Method": "POST"}
    async with house.client() as client:
        for origin, allowed in (("https://app.example", True), ("https://evil.example", False)):
            preflight = await client.options("/api/v1/datasets", headers={"Origin": origin, **asks})
            assert ("access-control-allow-origin" in preflight.headers) is allowed
            answer = await client.get("/health/live", headers={"Origin": origin})
            assert answer.headers.get("access-control-allow-origin") == (
                origin if allowed else None
            )
            assert "access-control-allow-credentials" not in answer.headers
    assert "POST" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.2", ""])
async def test_a_name_that_is_not_ours_is_refused(nobody: httpx.AsyncClient, host: str) -> None:
    answer = await nobody.get("/health/live", headers={"Host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8000", "[::1]:9", "LOCALHOST", "m.example"]
)
async def test_our_own_names_and_those_the_site_allows_are_let_in(
    tmp_path: Path, host: str
) -> None:
    async with House(tmp_path, hosts_allowed="m.example").client() as client:
        assert (await client.get("/health/live", headers={"Host": host})).status_code == 200


async def test_a_head_that_means_two_things_is_refused(nobody: httpx.AsyncClient) -> None:
    twice = [("Authorization", "Bearer a"), ("Authorization", "Bearer b"), ("Host", "localhost")]
    answer = await nobody.get("/health/live", headers=twice)
    assert answer.status_code == 400
    assert "authorization" in answer.json()["detail"]


async def test_our_own_mistake_is_logged_and_not_told(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.client(KEY) as client:
        with caplog.at_level(logging.ERROR, "morello"):
            answer = await client.post("/api/tools/fake.wait", json={"error": "break"})
    assert answer.status_code == 500
    assert answer.json()["code"] == "fault"
    assert "secret" not in answer.text
    assert "a secret of ours" in caplog.text


async def test_the_process_lives_and_says_what_is_wrong_with_a_part(
    house: House, nobody: httpx.AsyncClient
) -> None:
    assert (await nobody.get("/health/live")).json() == {"status": "ok"}
    assert (await nobody.get("/health/ready")).json() == {"status": "ok", "wrong": {}}
    house.service.probe.wrong = Message(id="error.busy.rate", parameters={"amount": 3})
    answer = await nobody.get("/health/ready")
    assert answer.status_code == 503
    assert "More than 3 calls" in answer.json()["wrong"]["disk"]


async def test_figures_are_for_this_machine_or_who_has_the_token(tmp_path: Path) -> None:
    async with House(tmp_path).client() as client:
        unnamed_proxy = {"X-Forwarded-For": "127.0.0.1"}
        assert (await client.get("/metrics", headers=unnamed_proxy)).status_code == 403
    house = House(tmp_path, metrics_token="t0ken", proxies_trusted="127.0.0.1")
    far = {"X-Forwarded-For": "203.0.113.9"}
    async with house.client() as client:
        assert (await client.get("/metrics")).text == "morello_calls_total 1\n"
        assert (await client.get("/metrics", headers=far)).status_code == 403
        for token, status in (("t0ken", 200), ("wrong", 403), ("", 403)):
            headers = {**far, "Authorization": f"Bearer {token}"}
            assert (await client.get("/metrics", headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "1.1.1.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("127.0.0.1", "1.1.1.1, rubbish, 10.1.2.3", "10.1.2.3"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
    ],
)
async def test_only_trusted_proxies_are_believed(
    tmp_path: Path, peer: str, forwarded: str, address: str
) -> None:
    house = House(tmp_path, proxies_trusted="127.0.0.1, 10.0.0.0/8")
    headers = {"Authorization": f"Bearer {KEY}", "X-Forwarded-For": forwarded}
    headers |= {"User-Agent": "curl/8", "X-Company-ID": ""}
    transport = httpx.ASGITransport(app=house.application, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        await client.get("/api/tools/data.list", headers=headers)
    origin = house.calls[-1].origin
    assert (origin.door, origin.address, origin.user_agent) == ("rest", address, "curl/8")


async def test_it_starts_and_stops_with_its_server_and_speaks_http_only(house: House) -> None:
    said: list[str] = []
    inbox = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> Any:
        return inbox.pop(0) if inbox else {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        said.append(message["type"])

    await house.application({"type": "lifespan"}, receive, send)
    await house.application({"type": "websocket"}, receive, send)
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete", "websocket.close"]

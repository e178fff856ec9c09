from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from morello.doors.rest.output.cookie import CSRF, SESSION
from morello.kernel.principal import Kind

from . import fake_tools
from .conftest import House
from .fake_tools import KEY, ORGANIZATION, OTHER, OTHER_KEY, VIEWER_KEY

COOKIES = f"{SESSION}={fake_tools.SESSION}; {CSRF}={fake_tools.CSRF}"
SIGNED_IN = {"Cookie": COOKIES, "X-Company-ID": str(ORGANIZATION)}
PROVEN = {**SIGNED_IN, "X-CSRF-Token": fake_tools.CSRF}


async def test_a_key_and_its_organization_are_shown_to_the_authenticator(house: House) -> None:
    async with house.client(KEY) as client:
        assert (await client.get("/api/v1/datasets")).status_code == 200
    shown = house.service.authenticator.shown[-1]
    assert (shown.bearer, shown.session, shown.csrf) == (KEY, "", "")
    assert shown.organization == str(ORGANIZATION)
    assert not shown.changes_something
    assert house.calls[-1].principal.kind is Kind.KEY


@pytest.mark.parametrize("path", ["/api/v1/datasets", "/api/v1/datasets/orders"])
async def test_a_documented_path_asks_for_the_organization(house: House, path: str) -> None:
    for headers in ({"Authorization": f"Bearer {KEY}"}, {"Cookie": COOKIES}):
        async with house.client() as client:
            answer = await client.get(path, headers=headers)
        assert answer.status_code == 400
        assert "X-Company-ID" in answer.json()["detail"]
    assert house.calls == []


async def test_other_paths_and_relaxed_sites_do_not_ask_for_it(tmp_path: Path) -> None:
    bearer = {"Authorization": f"Bearer {KEY}"}
    async with House(tmp_path).client() as client:
        assert (await client.get("/api/tools/data.list", headers=bearer)).status_code == 200
    async with House(tmp_path, company_header_required=False).client() as client:
        assert (await client.get("/api/v1/datasets", headers=bearer)).status_code == 200


async def test_the_organization_is_always_checked_against_the_caller(house: House) -> None:
    async with house.client(KEY, **{"X-Company-ID": str(OTHER)}) as client:
        for path in ("/api/v1/datasets", "/api/tools/data.list"):
            assert (await client.get(path)).status_code == 403


async def test_nobody_is_told_how_to_become_somebody(house: House) -> None:
    async with house.client() as client:
        answer = await client.get("/api/v1/datasets")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["call"] == str(house.calls[-1].call_id)


@pytest.mark.parametrize("credential", ["Basic YTpi", "Bearer unknown", f"Bearer {'x' * 9000}"])
async def test_a_credential_that_opens_nothing_is_refused(house: House, credential: str) -> None:
    async with house.client() as client:
        headers = {"Authorization": credential, "X-Company-ID": str(ORGANIZATION)}
        assert (await client.get("/api/v1/datasets", headers=headers)).status_code == 401


async def test_a_session_changes_nothing_without_its_token(house: House) -> None:
    async with house.client() as client:
        assert (await client.get("/api/v1/datasets", headers=SIGNED_IN)).status_code == 200
        gone = await client.delete("/api/v1/datasets/x", headers=SIGNED_IN)
        assert gone.status_code == 403
        assert (await client.delete("/api/v1/datasets/x", headers=PROVEN)).status_code == 200


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"Origin": "http://localhost"}, 200),
        ({"Referer": "http://localhost/docs"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Referer": "http://evil.example/http://localhost"}, 403),
        ({"Referer": "http://[x"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_a_page_of_another_site_does_nothing_in_a_person_s_name(
    house: House, said: dict[str, str], status: int
) -> None:
    async with house.client() as client:
        answer = await client.delete("/api/v1/datasets/x", headers={**PROVEN, **said})
        signing_in = await client.post(
            "/api/tools/access.sign_in",
            data={"email": "eve@example.org", "password": "right"},
            headers=said,
        )
    assert answer.status_code == signing_in.status_code == status


async def test_who_has_a_key_may_come_from_anywhere(house: House) -> None:
    async with house.client(KEY, Origin="http://evil.example") as client:
        assert (await client.delete("/api/v1/datasets/x")).status_code == 200


async def test_what_will_be_refused_is_not_read_and_still_recorded(house: House) -> None:
    read: list[bytes] = []

    async def watched() -> AsyncIterator[bytes]:
        read.append(b"a")
        yield b"a"

    headers = {"Content-Type": "text/csv"}
    for key, status in ((VIEWER_KEY, 403), ("", 401)):
        async with house.client(key) as client:
            answer = await client.post("/api/v1/datasets", content=watched(), headers=headers)
        assert answer.status_code == status
        assert answer.headers["connection"] == "close"
        assert house.calls[-1].tool == "data.import"
    assert read == []


async def test_an_unknown_tool_is_recorded_too(house: House, client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/tools/no.such", json={})).status_code == 404
    assert house.calls[-1].tool == "no.such"


async def test_another_organization_is_another_caller(house: House) -> None:
    async with house.client(OTHER_KEY) as client:
        await client.get("/api/v1/datasets")
    assert house.calls[-1].principal.organization_id == OTHER


async def test_a_session_is_a_cookie_that_no_script_reads(nobody: httpx.AsyncClient) -> None:
    given = {"email": "ada@example.org", "password": "right"}
    answer = await nobody.post("/api/tools/access.sign_in", json=given)
    session, csrf = answer.headers.get_list("set-cookie")
    assert session.startswith(
        f"{SESSION}={fake_tools.SESSION}; Path=/; SameSite=Lax; Expires=Tue, 01"
    )
    assert "HttpOnly" in session
    assert "HttpOnly" not in csrf
    assert "Secure" not in session
    assert answer.json()["session"] == {"kind": "session"}
    assert answer.json()["csrf"] == fake_tools.CSRF
    assert fake_tools.SESSION not in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_over_tls_a_session_never_goes_in_the_clear(nobody: httpx.AsyncClient) -> None:
    given = {"email": "ada@example.org", "password": "right"}
    answer = await nobody.post("https://localhost/api/tools/access.sign_in", json=given)
    assert all("; Secure" in each for each in answer.headers.get_list("set-cookie"))


async def test_beyond_this_machine_nobody_signs_in_in_the_clear(tmp_path: Path) -> None:
    given = {"email": "ada@example.org", "password": "right"}
    house = House(tmp_path, hosts_allowed="m.example")
    async with house.client() as client:
        plain = await client.post("http://m.example/sign-in", data=given)
        assert plain.status_code == 403
        assert house.calls == []
        assert (await client.post("https://m.example/sign-in", data=given)).status_code == 303
        called = await client.post("http://m.example/api/tools/access.sign_in", json=given)
    assert all("; Secure" in each for each in called.headers.get_list("set-cookie"))


async def test_signing_out_removes_the_cookies(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.post("/api/tools/access.sign_out", json={}, headers=PROVEN)
    cookies = answer.headers.get_list("set-cookie")
    assert [each.partition(";")[0] for each in cookies] == [f"{SESSION}=", f"{CSRF}="]
    assert all("Expires=Thu, 01 Jan 1970" in each for each in cookies)


async def test_a_session_that_has_ended_takes_its_cookies_along(nobody: httpx.AsyncClient) -> None:
    stale = {"Cookie": f"{SESSION}=old", "X-Company-ID": str(ORGANIZATION)}
    answer = await nobody.get("/api/v1/datasets", headers=stale)
    assert answer.status_code == 401
    assert answer.headers.get_list("set-cookie")[0].startswith(f"{SESSION}=;")


async def test_a_key_is_shown_once_and_kept_nowhere(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/security/api-keys", json={})
    assert answer.json() == {"key": {"kind": "key", "secret": "mor_shown_once"}}
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers

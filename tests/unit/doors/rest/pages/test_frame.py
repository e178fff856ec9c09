import html
import re
from html.parser import HTMLParser

import httpx
import pytest

from morello.doors.rest.output.cookie import CSRF, SESSION
from morello.kernel.messages import LANGUAGES, catalog

from .. import fake_tools
from ..conftest import House
from ..fake_tools import HOSTILE, KEY, TOOLS

COOKIES = {"Cookie": f"{SESSION}={fake_tools.SESSION}; {CSRF}={fake_tools.CSRF}"}
RIGHT = {"email": "ada@example.org", "password": "right"}


class Outline(HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


async def test_who_is_not_signed_in_sees_a_form_that_needs_no_script(
    nobody: httpx.AsyncClient,
) -> None:
    answer = await nobody.get("/")
    outline = Outline(answer.text)
    assert [each["action"] for each in outline.all("form")] == ["/sign-in?language=en"]
    assert {each["name"] for each in outline.all("input")} == {"email", "password"}
    assert outline.all("script") == []


@pytest.mark.parametrize("path", ["/", "/docs", "/?link=a%22%3E%3Cscript%3E", "/?language=ko"])
async def test_a_page_runs_nothing_of_its_own_and_asks_nobody_else(
    nobody: httpx.AsyncClient, path: str
) -> None:
    answer = await nobody.get(path)
    outline = Outline(answer.text)
    assert all("src" in each for each in outline.all("script"))
    assert outline.all("style") == []
    for tag, attributes in outline.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        for name in ("src", "href", "action"):
            link = attributes.get(name) or "/"
            assert link.startswith(("/", "#", "data:,")), link
            assert not link.startswith("//")


async def test_a_link_is_not_spent_by_looking_at_it(
    house: House, nobody: httpx.AsyncClient
) -> None:
    answer = await nobody.get("/?link=mor_l<b>1")
    assert house.calls == []
    (form,) = Outline(answer.text).all("form")
    assert form["action"] == "/link?language=en"
    assert Outline(answer.text).all("input")[0]["value"] == "mor_l<b>1"


async def test_a_link_is_spent_by_its_button(house: House, nobody: httpx.AsyncClient) -> None:
    answer = await nobody.post("/link", data={"link": "once"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?language=en")
    assert answer.headers.get_list("set-cookie")[0].startswith(f"{SESSION}={fake_tools.SESSION};")
    assert house.calls[-1].tool == "access.redeem_link"


async def test_signing_in_sets_the_session(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.post("/sign-in?language=ko", data=RIGHT)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?language=ko")
    assert len(answer.headers.get_list("set-cookie")) == 2


async def test_signing_in_works_with_a_session_that_has_ended(nobody: httpx.AsyncClient) -> None:
    stale = {"Cookie": f"{SESSION}=old"}
    assert (await nobody.post("/sign-in", data=RIGHT, headers=stale)).status_code == 303
    page = await nobody.get("/", headers=stale)
    assert page.headers.get_list("set-cookie")[0].startswith(f"{SESSION}=;")


async def test_a_wrong_password_is_said_and_not_shown_again(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.post("/sign-in", data={"email": HOSTILE, "password": "wr0ng"})
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "wr0ng" not in answer.text
    assert HOSTILE not in answer.text
    assert html.escape(HOSTILE) in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/sign-in", "/link", "/sign-out"])
async def test_a_form_of_another_site_is_refused(
    house: House, nobody: httpx.AsyncClient, path: str
) -> None:
    headers = {**COOKIES, "Origin": "http://evil.example"}
    answer = await nobody.post(path, data={**RIGHT, "csrf": fake_tools.CSRF}, headers=headers)
    assert answer.status_code == 403
    assert house.calls == []


async def test_who_is_signed_in_sees_what_is_there(house: House, nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/", headers=COOKIES)
    assert answer.status_code == 200
    assert HOSTILE not in answer.text
    assert answer.text.count(html.escape(HOSTILE)) == 2, "the person, and the dataset"
    outline = Outline(answer.text)
    links = [each["href"] or "" for each in outline.all("a")]
    (report,) = [each for each in links if "insights.report" in each]
    assert report.startswith("/api/tools/insights.report?data=%3Cscript%3E")
    assert [each.tool for each in house.calls] == ["access.whoami", "data.list", "jobs.list"]
    assert answer.headers["cache-control"] == "no-store"


async def test_signing_out_needs_the_token_of_the_form(
    house: House, nobody: httpx.AsyncClient
) -> None:
    refused = await nobody.post("/sign-out", data={"csrf": "wrong"}, headers=COOKIES)
    assert refused.status_code == 403
    page = await nobody.get("/", headers=COOKIES)
    token = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert token is not None
    answer = await nobody.post("/sign-out", data={"csrf": token[1]}, headers=COOKIES)
    assert answer.status_code == 303
    assert all("1970" in each for each in answer.headers.get_list("set-cookie"))
    assert house.calls[-1].tool == "access.sign_out"


async def test_signing_out_twice_is_no_error(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.post("/sign-out", data={}, headers={"Cookie": f"{SESSION}=old"})
    assert answer.status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_reference_shows_every_tool_and_every_problem(
    nobody: httpx.AsyncClient, language: str
) -> None:
    answer = await nobody.get(f"/docs?language={language}")
    outline = Outline(answer.text)
    assert {each["id"] for each in outline.all("details")} == {each.name for each in TOOLS}
    anchors = {each.get("id") for each in outline.all("code")}
    assert {"error-not_found", "error-busy", "error-fault"} <= anchors
    assert outline.all("html") == [{"lang": language}]
    assert "rest.page." not in answer.text
    assert "/api/v1/datasets" in answer.text


async def test_the_reference_is_not_sent_twice(nobody: httpx.AsyncClient) -> None:
    first = await nobody.get("/docs")
    again = await nobody.get("/docs", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert "default-src" in again.headers["content-security-policy"]


async def test_files_of_pages_may_be_kept(nobody: httpx.AsyncClient) -> None:
    page = Outline((await nobody.get("/docs")).text)
    style = next(each["href"] for each in page.all("link") if each["rel"] == "stylesheet")
    for link, kind in ((style, "text/css"), (page.all("script")[0]["src"], "text/javascript")):
        answer = await nobody.get(str(link))
        assert answer.headers["content-type"].startswith(kind)
        assert "max-age" in answer.headers["cache-control"]
    assert (await nobody.get("/assets/frame.py")).status_code == 404
    assert (await nobody.get("/assets/..%2Fframe.py")).status_code == 404


async def test_a_problem_s_type_is_a_place_in_the_reference(house: House) -> None:
    async with house.client(KEY) as client:
        kind = (await client.get("/nowhere")).json()["type"]
        path, _, anchor = kind.partition("#")
        assert f'id="{anchor}"' in (await client.get(path)).text


def test_every_text_of_a_page_is_used_somewhere() -> None:
    from importlib import resources  # noqa: PLC0415 - for this test only

    root = resources.files("morello.doors.rest")
    code = "".join(
        each.read_text(encoding="utf-8")
        for folder in (root / "pages", root / "openapi", root)
        for each in folder.iterdir()
        if each.name.endswith(".py")
    )
    families = ("role.", "effect.", "field.", "header.", "live", "ready", "uploads", "about")
    texts = [each.removeprefix("rest.page.") for each in catalog("en") if "rest.page." in each]
    unused = [
        each
        for each in texts
        if f'"{each}"' not in code
        and not each.startswith(families)
        and not each.endswith((".title", ".lead"))
    ]
    assert unused == []

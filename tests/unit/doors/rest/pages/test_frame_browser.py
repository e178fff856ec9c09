"""The pages in a real browser: signing in by form, light and dark, narrow and wide, accessible."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from ..conftest import House
from ..fake_tools import HOSTILE

pytestmark = pytest.mark.slow

ColorScheme = Literal["light", "dark"]

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_NPM_TIMEOUT_S = 60


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        pytest.skip("no browser: install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a house is served."""
    house = House(tmp_path_factory.mktemp("house"))
    config = uvicorn.Config(house.application, port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = threading.Thread(target=server.run)
    serving.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://localhost:{port}"
    server.should_exit = True
    serving.join()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, from the path in AXE_CORE or from npm; it is not ours to ship."""
    given = os.environ.get("AXE_CORE")
    if given:
        return Path(given).read_text(encoding="utf-8")
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    if npm is None:
        pytest.skip("no axe-core: set AXE_CORE to its axe.min.js, or install npm")
    command = [npm, "install", "--no-save", "--ignore-scripts", "--prefix", str(folder)]
    try:
        subprocess.run(  # noqa: S603 - npm, found above
            [*command, "axe-core@4"], check=True, capture_output=True, timeout=_NPM_TIMEOUT_S
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip("no axe-core: npm could not fetch it; set AXE_CORE to its axe.min.js")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def opened(
    browser: Browser, *, width: int = 1280, scheme: ColorScheme = "light", script: bool = True
) -> tuple[Page, list[str]]:
    """Open an empty page and collect what it will complain of."""
    size = {"width": width, "height": 900}
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type] # a plain dictionary will do
        color_scheme=scheme,
        java_script_enabled=script,
        bypass_csp=False,
    )
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def sign_in(page: Page, home: str, language: str = "en") -> None:
    page.goto(f"{home}/?language={language}")
    page.fill("#email", "ada@example.org")
    page.fill("#password", "right")
    page.click("main button")
    page.wait_for_selector("table")


@pytest.mark.parametrize("script", [True, False])
def test_a_person_signs_in_looks_around_and_signs_out(
    browser: Browser, home: str, *, script: bool
) -> None:
    page, complaints = opened(browser, script=script)
    page.goto(home)
    page.fill("#email", "ada@example.org")
    page.fill("#password", "wrong")
    page.click("main button")
    assert page.locator("[role=alert]").is_visible()
    assert page.locator("#email").input_value() == "ada@example.org"
    sign_in(page, home)
    assert page.locator("td bdi").first.inner_text() == HOSTILE
    cookies = {each["name"]: each["httpOnly"] for each in page.context.cookies()}
    assert cookies == {"morello_session": True, "morello_csrf": False}
    page.click("td a")
    page.wait_for_selector("p:text-is('report')")
    page.goto(home)
    page.click("form button")
    page.wait_for_selector("#password")
    assert page.context.cookies() == []
    assert [each for each in complaints if "401" not in each] == []


def test_a_link_is_spent_by_pressing_its_button(browser: Browser, home: str) -> None:
    page, complaints = opened(browser)
    page.goto(f"{home}/?link=once")
    page.click("main button")
    page.wait_for_selector("table")
    assert complaints == []


def test_tools_are_found_while_one_types(browser: Browser, home: str) -> None:
    page, complaints = opened(browser)
    page.goto(f"{home}/docs#data.query")
    assert page.locator("details[open] summary code").inner_text() == "data.query"
    page.fill("#search", "import file")
    assert page.locator("details.tool:visible").count() == 1
    page.fill("#search", "")
    assert page.locator("details.tool:visible").count() > 10
    assert complaints == []


def test_without_a_script_the_reference_is_whole(browser: Browser, home: str) -> None:
    page, _ = opened(browser, script=False)
    page.goto(f"{home}/docs")
    assert page.locator("details.tool:visible").count() > 10
    assert not page.locator("#search").is_visible()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_are_accessible_and_fit(
    browser: Browser, home: str, axe: str, language: str, scheme: ColorScheme, width: int
) -> None:
    page, _ = opened(browser, width=width, scheme=scheme)
    sign_in(page, home, language)
    for path in ("/", "/docs", "out"):
        if path == "out":
            page.context.clear_cookies()
        page.goto(f"{home}{path.removeprefix('out') or '/'}?language={language}")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = page.evaluate(
            "tags => axe.run({runOnly: {type: 'tag', values: tags}})"
            ".then(each => each.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html)]))",
            tags,
        )
        assert found == [], json.dumps(found, indent=1)

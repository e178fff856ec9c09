"""A person opens the report of the shipped sample: in a real browser, on paper, on a phone."""

import asyncio
import dataclasses
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from morello import app as installation
from morello import sample
from morello.kernel.caller import Call
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Principal
from morello.kernel.settings import Settings
from morello.kernel.values import Blob

pytestmark = pytest.mark.slow

ColorScheme = Literal["light", "dark"]

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_LANGUAGES = ("en", "ko", "de", "ja")
_SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
_AXE = "axe-core@4"
_NPM_TIMEOUT_S = 60
_LETTERS_PX_MIN = 9.5


@dataclasses.dataclass
class Visit:
    """A page that is open, what it asked the network for and what it complained of."""

    page: Page
    requests: list[str]
    complaints: list[str]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reports of the sample's orders, made by the tools, by language."""
    folder = tmp_path_factory.mktemp("reports")
    pages = asyncio.run(_make_reports(folder / "home"))
    for language, page in pages.items():
        (folder / f"{language}.html").write_bytes(page)
    return {language: folder / f"{language}.html" for language in pages}


async def _make_reports(home: Path) -> dict[str, bytes]:
    app = installation.build(Settings(home=home))
    somebody = Principal(
        organization_id=LOCAL_ORGANIZATION,
        subject_id=new_id(),
        name="somebody",
        role=Role.ORG_ADMIN,
    )

    async def ask(tool: str, given: dict[str, Any]) -> Any:
        return await app.caller.call(Call(tool=tool, given=given, principal=somebody))

    try:
        orders = Blob.from_path(Path(sample.__file__).with_name("orders.csv"))
        analysed = await ask("insights.analyze_file", {"file": orders, "name": "orders"})
        data = f"orders@{analysed.output.analysis.version}"
        pages = {}
        for language in _LANGUAGES:
            given = {"data": data, "language": language, "call": str(analysed.call_id)}
            with (await ask("insights.report", given)).output.open() as stream:
                pages[language] = stream.read()
        return pages
    finally:
        await app.close()


@pytest.fixture(scope="module")
def browser(reports: dict[str, Path]) -> Iterator[Browser]:
    """A browser; it is opened after the reports are made, since its loop keeps this thread."""
    assert reports
    path = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no browser: install Debian's chromium, or Google Chrome")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, from the path in AXE_CORE or from npm; it is not ours to ship."""
    given = os.environ.get("AXE_CORE")
    if given:
        return Path(given).read_text(encoding="utf-8")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no axe-core: set AXE_CORE to its axe.min.js, or install npm")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "install", "--no-save", "--ignore-scripts", "--prefix", str(folder), _AXE]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_NPM_TIMEOUT_S)  # noqa: S603 - npm, found above
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip("no axe-core: npm could not fetch it; set AXE_CORE to its axe.min.js")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def visit(browser: Browser, report: Path, *, width: int, scheme: ColorScheme = "light") -> Visit:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    seen = Visit(page, [], [])
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.goto(report.as_uri())
    return seen


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize("width", [320, 360, 768, 1280, 1600])
def test_it_fits_every_screen_in_silence(
    browser: Browser, reports: dict[str, Path], language: str, width: int
) -> None:
    seen = visit(browser, reports[language], width=width)
    page = seen.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in seen.requests if url not in (reports[language].as_uri(), "data:,")] == []
    assert seen.complaints == []
    page.close()


def test_it_holds_what_was_planted(browser: Browser, reports: dict[str, Path]) -> None:
    page = visit(browser, reports["en"], width=1280).page
    words = page.locator("main").inner_text()
    assert "Harbour" in words
    assert "delivery" in words
    assert page.locator("h1").inner_text() == "orders"
    assert page.get_by_role("note").inner_text().startswith("This data is synthetic")
    assert page.locator("#findings article").count() == 5
    page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_pictures_can_be_read(browser: Browser, reports: dict[str, Path], width: int) -> None:
    page = visit(browser, reports["en"], width=width).page
    sizes = page.evaluate(
        """[...document.querySelectorAll('figure svg')].filter(s => s.checkVisibility())
        .map(s => 12 * s.getBoundingClientRect().width / s.viewBox.baseVal.width)"""
    )
    assert len(sizes) == page.locator("figure").count()
    assert min(sizes) >= _LETTERS_PX_MIN
    overflowing = page.evaluate(
        """[...document.querySelectorAll('figure svg')].filter(s => s.checkVisibility())
        .flatMap(s => [...s.querySelectorAll('text')].filter(t => {
            const box = t.getBoundingClientRect(), all = s.getBoundingClientRect();
            return box.left < all.left - 2 || box.right > all.right + 2 ||
                   box.top < all.top - 2 || box.bottom > all.bottom + 2;
        }).map(t => t.textContent))"""
    )
    assert overflowing == []
    page.close()


def test_it_prints_with_its_evidence_open(
    browser: Browser, reports: dict[str, Path], tmp_path: Path
) -> None:
    page = visit(browser, reports["en"], width=1280).page
    query = page.locator(".evidence pre").first
    assert not query.is_visible()
    page.emulate_media(media="print")
    assert query.evaluate("e => e.getBoundingClientRect().height") > 0
    target = tmp_path / "report.pdf"
    page.pdf(path=target, prefer_css_page_size=True)
    content = target.read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") >= 5
    page.close()


def test_it_can_be_used_by_keyboard(browser: Browser, reports: dict[str, Path]) -> None:
    page = visit(browser, reports["en"], width=1280).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    assert page.locator(".evidence pre").first.is_visible()
    page.close()


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize("scheme", _SCHEMES)
@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_accessible(
    browser: Browser,
    reports: dict[str, Path],
    axe: str,
    language: str,
    scheme: ColorScheme,
    width: int,
) -> None:
    page = visit(browser, reports[language], width=width, scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}})"
        ".then(each => each.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html)]))",
        tags,
    )
    assert found == [], json.dumps(found, indent=1)
    page.close()

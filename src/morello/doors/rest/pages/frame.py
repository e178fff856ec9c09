"""The frame around every page of ours: head, brand, languages."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from morello.analysis.charts.drawing.element import Child, Safe, element, join
from morello.doors.rest.asked import Asked
from morello.doors.rest.guard.security import OUR_PAGE
from morello.doors.rest.output.answer import Answer, Header
from morello.doors.rest.pages.assets import address
from morello.kernel.languages.locale import locale_of
from morello.kernel.messages import LANGUAGES, UNREVIEWED, Message, render

HTML = b"text/html; charset=utf-8"
_CHERRIES = Safe(
    '<svg viewBox="0 0 26 26" aria-hidden="true"><path class="stem" d="M8 17C9 10 13 5 20 3M18 '
    '19C18 12 19 7 20 3"/><path class="leaf" d="M20 3c-3-2-7-2-9 1 3 2 7 2 9-1z"/><circle '
    'class="cherry" cx="8" cy="19" r="5"/><circle class="cherry" cx="18.5" cy="20.5" r="5"/></svg>'
)


class Text:
    """The words of a page, by id."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, name: str, /, **parameters: Any) -> str:
        """Return a text of the pages."""
        return self.of(f"rest.page.{name}", **parameters)

    def of(self, identifier: str, /, **parameters: Any) -> str:
        """Return any text."""
        return render(Message(id=identifier, parameters=parameters), self.language)


def prose(text: str) -> Safe:
    """Return a paragraph in which what stands between backticks is code."""
    parts = text.split("`")
    marked = [
        element("code", each) if place % 2 else join(each) for place, each in enumerate(parts)
    ]
    return element("p", marked)


def choose_language(asked: Asked) -> Text:
    """Return the words in the language that the address or else the browser asks for."""
    wanted = dict(asked.query()).get("language", "")
    if wanted in LANGUAGES:
        asked.language = wanted
    return Text(asked.language)


def page(text: Text, title: str, *content: Child, asked: Asked, script: str | None = None) -> Safe:
    """Return a whole document."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("link", rel="icon", href="data:,"),
        element("link", rel="stylesheet", href=address("style.css")),
        element("title", f"{title} · Morello"),
        element("script", src=address(script), defer=True) if script else None,
    )
    brand = element("a", _CHERRIES, element("span", "Morello"), href="/", class_="brand")
    header = element("header", brand, _languages(text, asked))
    body = element(
        "body",
        element("a", text("skip"), href="#content", class_="skip"),
        header,
        element("main", *content, id="content", tabindex="-1"),
    )
    return join(Safe("<!doctype html>\n"), element("html", head, body, lang=text.language))


def answer(document: Safe, *, status: int = 200, more: list[Header] | None = None) -> Answer:
    """Answer with a page."""
    headers = [(b"content-type", HTML), (b"content-security-policy", OUR_PAGE), *(more or [])]
    return Answer(status, headers, document.encode("utf-8", "replace"))


def _languages(text: Text, asked: Asked) -> Safe:
    path = asked.path if asked.path in {"/", "/docs"} else "/"
    link = dict(asked.query()).get("link")
    kept = {"link": link} if link else {}
    links = [
        element(
            "a",
            locale_of(each).name,
            href=f"{path}?{urlencode({**kept, 'language': each})}",
            lang=each,
            hreflang=each,
            aria_current="true" if each == text.language else None,
        )
        for each in LANGUAGES
    ]
    unreviewed = element("small", text.of("language.unreviewed"))
    return join(
        element("nav", links, aria_label=text("languages"), class_="languages"),
        unreviewed if text.language in UNREVIEWED else None,
    )


def rows(headings: Mapping[str, bool], lines: list[list[Child]], label: str) -> Safe:
    """Return a table in a box that scrolls by itself; True stands for a column of figures."""
    figures = list(headings.values())
    head = [
        element("th", name, scope="col", class_="figure" if figure else None)
        for name, figure in headings.items()
    ]
    body = [
        element(
            "tr",
            [
                element("td", cell, class_="figure" if figure else None)
                for cell, figure in zip(line, figures, strict=True)
            ],
        )
        for line in lines
    ]
    table = element("table", element("thead", element("tr", head)), element("tbody", body))
    return element("div", table, class_="scroll", tabindex="0", role="region", aria_label=label)

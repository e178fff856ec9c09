"""The start page: a way in for those who are not signed in, what is there for those who are."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from morello.analysis.charts.drawing.element import Child, Safe, element, join
from morello.doors.rest.asked import Asked
from morello.doors.rest.output.answer import Answer, Header
from morello.doors.rest.output.cookie import CSRF, SESSION, ended
from morello.doors.rest.pages.frame import Text, answer, choose_language, page, rows
from morello.doors.rest.who import Reception
from morello.kernel.caller import Call
from morello.kernel.errors import MorelloError, Unauthenticated
from morello.kernel.messages import number
from morello.kernel.principal import NOBODY, Kind
from morello.kernel.protocols.service import Service

_LISTED_MAX = 50
_VERSION_LETTERS = 12
_LINK_LENGTH_MAX = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What the form for signing in has to say the second time."""

    error: MorelloError | None = None
    email: str = ""
    choices: Sequence[Mapping[str, str]] = ()
    """Organizations of which one has to be chosen."""


class Start:
    """Draws the page."""

    def __init__(self, service: Service, reception: Reception) -> None:
        self._service = service
        self._reception = reception

    async def page(self, asked: Asked) -> Answer:
        """Answer with the page. A link's token is not spent by looking: a button does that."""
        text = choose_language(asked)
        try:
            principal = await self._reception.meet(asked)
        except Unauthenticated:
            asked.principal = NOBODY
            return self.way_in(asked, text, more=ended(secure=asked.needs_secure_cookies))
        if principal.kind is Kind.NOBODY:
            return self.way_in(asked, text)
        return answer(page(text, text("start"), *await self._inside(asked, text), asked=asked))

    def way_in(
        self,
        asked: Asked,
        text: Text,
        told: "Told | None" = None,
        more: list[Header] | None = None,
    ) -> Answer:
        """Answer with the forms to get in, and with what went wrong the last time."""
        link = "" if told else dict(asked.query()).get("link", "")[:_LINK_LENGTH_MAX]
        told = told or Told()
        name = "link" if link else "choose" if told.choices else "sign_in"
        title = text(f"{name}.title")
        card = element(
            "div",
            element("h1", title),
            element("p", text(f"{name}.lead")),
            _problem(told.error, text) if told.error is not None else None,
            _link_form(link, text) if link else _sign_in_form(told, text),
            class_="card sign-in",
        )
        status = told.error.status if told.error is not None else 200
        document = page(text, title, card, _doors(text), asked=asked)
        return answer(document, status=status, more=more)

    async def _inside(self, asked: Asked, text: Text) -> list[Child]:
        principal = asked.principal
        csrf = asked.cookies.get(CSRF, "") if SESSION in asked.cookies else ""
        role = text(f"role.{principal.role.value}")
        known = await self._called(asked, "access.whoami", {})
        where = known["organization"] if isinstance(known, dict) else principal.organization_id
        who = element(
            "div",
            element("p", text("who", name=principal.name, role=role)),
            _sign_out_form(csrf, text),
            class_="who",
        )
        return [
            element("h1", text("start.title")),
            who,
            element("p", text("organization", name=where), class_="quiet"),
            element("h2", text("datasets")),
            await self._datasets(asked, text),
            element("h2", text("jobs")),
            await self._jobs(asked, text),
            _doors(text),
        ]

    async def _datasets(self, asked: Asked, text: Text) -> Child:
        found = await self._called(asked, "data.list", {"limit": _LISTED_MAX})
        if isinstance(found, MorelloError):
            return _problem(found, text)
        if not found["datasets"]:
            return join(
                element("p", text("datasets.none")),
                element("pre", element("code", _IMPORT), tabindex="0"),
            )
        lines: list[list[Child]] = [
            [
                element("bdi", each["name"]),
                element("a", text("report"), href=_report(each["name"], text.language)),
                number(each["rows"], text.language),
                number(each["columns"], text.language),
                element("code", str(each["version"] or "")[:_VERSION_LETTERS]),
                str(each["made_at"])[:10],
            ]
            for each in found["datasets"]
        ]
        headings = {
            text("dataset.name"): False,
            text("dataset.look"): False,
            text("dataset.rows"): True,
            text("dataset.columns"): True,
            text("dataset.version"): False,
            text("dataset.made"): False,
        }
        return rows(headings, lines, text("datasets"))

    async def _jobs(self, asked: Asked, text: Text) -> Child:
        found = await self._called(asked, "jobs.list", {"limit": _LISTED_MAX})
        if isinstance(found, MorelloError):
            return _problem(found, text)
        jobs: list[dict[str, Any]] = found.get("jobs", [])
        if not jobs:
            return element("p", text("jobs.none"), class_="quiet")
        lines: list[list[Child]] = [
            [
                element("code", str(each.get("tool", ""))),
                str(each.get("state", "")),
                str(each["id"]),
            ]
            for each in jobs
        ]
        headings = dict.fromkeys([text("job.tool"), text("job.state"), text("job.id")], False)
        return rows(headings, lines, text("jobs"))

    async def _called(self, asked: Asked, tool: str, given: dict[str, Any]) -> Any:
        """Return a tool's output as plain values, or what it refused."""
        call = Call(tool=tool, given=given, principal=asked.principal, origin=asked.origin)
        try:
            return (await self._service.caller.call(call)).output.model_dump(mode="json")
        except MorelloError as error:
            return error


_IMPORT = (
    'curl -H "Authorization: Bearer $MORELLO_KEY" -H "X-Company-ID: $MORELLO_COMPANY" \\\n'
    "  -H 'Content-Type: text/csv' --data-binary @sales.csv \\\n"
    "  'http://127.0.0.1:8000/api/v1/datasets?name=sales'"
)


def _report(dataset: str, language: str) -> str:
    query = urlencode({"data": dataset, "language": language})
    return f"/api/tools/insights.report?{query}"


def _problem(error: MorelloError, text: Text) -> Safe:
    said = element("p", error.in_words(text.language))
    return element("div", said, class_="problem", role="alert")


def _choice(choices: Sequence[Mapping[str, str]], text: Text) -> Child:
    if not choices:
        return None
    options = [element("option", each["name"], value=each["id"]) for each in choices]
    return join(
        element("label", text("choose.organization"), for_="organization"),
        element("select", options, id="organization", name="organization"),
    )


def _sign_in_form(told: Told, text: Text) -> Safe:
    return element(
        "form",
        element("label", text("email"), for_="email"),
        element(
            "input",
            id="email",
            name="email",
            type="email",
            autocomplete="username",
            required=True,
            maxlength=254,
            value=told.email or None,
        ),
        element("label", text("password"), for_="password"),
        element(
            "input",
            id="password",
            name="password",
            type="password",
            autocomplete="current-password",
            required=True,
            maxlength=1024,
        ),
        _choice(told.choices, text),
        element("button", text("sign_in"), type="submit"),
        method="post",
        action=f"/sign-in?language={text.language}",
    )


def _link_form(link: str, text: Text) -> Safe:
    return element(
        "form",
        element("input", type="hidden", name="link", value=link),
        element("button", text("link.button"), type="submit"),
        method="post",
        action=f"/link?language={text.language}",
    )


def _sign_out_form(csrf: str, text: Text) -> Safe | None:
    if not csrf:
        return None
    return element(
        "form",
        element("input", type="hidden", name="csrf", value=csrf),
        element("button", text("sign_out"), type="submit", class_="plain"),
        method="post",
        action=f"/sign-out?language={text.language}",
    )


def _doors(text: Text) -> Safe:
    links = {"/docs": text("reference"), "/api/openapi.json": "OpenAPI 3.1"}
    listed = [element("li", element("a", label, href=path)) for path, label in links.items()]
    return element("nav", element("ul", listed, class_="doors"), aria_label=text("doors"))

"""The reference: every tool on one page, readable, drawn from the declarations."""

import itertools

from morello.analysis.charts.drawing.element import Child, Safe, element, join
from morello.doors.rest.asked import Asked
from morello.doors.rest.openapi.operation import Operation
from morello.doors.rest.openapi.schemas import Schemas
from morello.doors.rest.output.answer import Answer
from morello.doors.rest.output.problem import every_code
from morello.doors.rest.output.rendering import conditional
from morello.doors.rest.pages.described import Described
from morello.doors.rest.pages.frame import Text, answer, choose_language, page, prose, rows
from morello.kernel.ids import INSTALLATION
from morello.kernel.protocols.service import Service
from morello.kernel.tool import Tool


class Reference:
    """Draws the page once per language."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._made: dict[str, Safe] = {}

    async def page(self, asked: Asked) -> Answer:
        """Answer with the reference."""
        text = choose_language(asked)
        if text.language not in self._made:
            self._made[text.language] = self._drawn(text, asked)
        made = answer(self._made[text.language])
        made.headers.append((b"vary", b"Accept-Language"))
        return conditional(made, asked)

    def _drawn(self, text: Text, asked: Asked) -> Safe:
        registry = self._service.registry
        tools = [registry.find(each.name, INSTALLATION) for each in registry.listed(INSTALLATION)]
        schemas = Schemas.of(tools)
        rooms = [
            _room(room, list(of_room), schemas, text)
            for room, of_room in itertools.groupby(tools, key=lambda each: each.room)
        ]
        return page(
            text,
            text("reference"),
            element("h1", text("reference")),
            element("p", text("reference.lead", count=len(tools)), class_="lead"),
            _entrance(text),
            _search(text),
            join(*rooms),
            _problems(text),
            asked=asked,
            script="search.js",
        )


def _entrance(text: Text) -> Safe:
    example = (
        'curl -H "Authorization: Bearer $MORELLO_KEY" -H "X-Company-ID: $MORELLO_COMPANY" \\\n'
        "  http://127.0.0.1:8000/api/v1/datasets"
    )
    document = element("a", "/api/openapi.json", href="/api/openapi.json")
    return join(
        element("p", text("reference.key")),
        element("pre", element("code", example), tabindex="0"),
        prose(text("reference.ways")),
        element("p", text("reference.document"), " ", document),
    )


def _search(text: Text) -> Safe:
    label = element("label", text("search"), for_="search")
    field = element("input", id="search", type="search", autocomplete="off")
    # The script shows it: without one it would find nothing.
    return element("div", label, field, class_="search", hidden=True)


def _room(room: str, tools: list[Tool], schemas: Schemas, text: Text) -> Safe:
    described = [
        Described(each, Operation(each, schemas, text.language), text).drawn() for each in tools
    ]
    return element("section", element("h2", room), described, class_="room", id=f"room-{room}")


def _problems(text: Text) -> Safe:
    lines: list[list[Child]] = [
        [
            element("code", code, id=f"error-{code}"),
            str(status),
            text.of(f"rest.title.{code}"),
        ]
        for code, status in every_code()
    ]
    headings = {
        text("problem.code"): False,
        text("problem.status"): True,
        text("problem.what"): False,
    }
    return join(
        element("h2", text("problems"), id="problems"),
        prose(text("problems.lead")),
        rows(headings, lines, text("problems")),
    )

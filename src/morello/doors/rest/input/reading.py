"""Reading: from a request and a tool's fields to the tool's input."""

from typing import Any
from urllib.parse import parse_qsl

from morello.doors.rest.asked import QUERY_FIELDS_MAX, Asked
from morello.doors.rest.input import json_body
from morello.doors.rest.input.fields import Fields
from morello.doors.rest.input.files import Taken, media_type, name_of
from morello.doors.rest.input.multipart import TEXT_BYTES_MAX, Form
from morello.kernel.errors import InvalidInput

_BODILESS = frozenset({"GET", "HEAD", "DELETE"})
OWN_QUERY = frozenset({"download"})
"""Query fields that are the door's, not the tool's."""

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
ANYTHING = "application/octet-stream"


async def read(asked: Asked, fields: Fields, files: Taken, *, bytes_max: int) -> dict[str, Any]:
    """Return what was given: the path's fields over the body's over the query's.

    Raises InvalidInput, TooLarge, TimedOut or NotFound, each before more than needed is read.
    """
    given = _queried(asked, fields)
    fields.check(given)
    if asked.method not in _BODILESS and not asked.body_is_read:
        given |= await _body(asked, fields, files, given, bytes_max)
    given |= asked.parameters
    if any("\x00" in each for each in given.values() if isinstance(each, str)):
        raise InvalidInput("rest.nul")
    fields.check(given)
    if fields.files:
        await files.resolve(given, fields)
    return given


def _queried(asked: Asked, fields: Fields) -> dict[str, Any]:
    pairs = asked.query()
    if not pairs:
        return {}
    return fields.collect(pair for pair in pairs if pair[0] not in OWN_QUERY)


async def _body(
    asked: Asked, fields: Fields, files: Taken, given: dict[str, Any], bytes_max: int
) -> dict[str, Any]:
    kind = media_type(asked)
    if kind == JSON or kind.endswith("+json"):
        return await json_body.read(asked)
    if kind == MULTIPART:
        return fields.collect(await Form(asked, bytes_max).pairs(files))
    file = fields.one_file
    if file is not None:
        name = name_of(asked, dataset=given.get("name"))
        chunks = asked.chunks(bytes_max)
        return {file: await files.take(chunks, name=name, media_type=kind or ANYTHING)}
    if kind == FORM:
        return fields.collect(await form(asked))
    if not kind:
        return await json_body.read(asked)
    raise InvalidInput("rest.media_type", media_type=kind[:100])


async def form(asked: Asked) -> list[tuple[str, str]]:
    """Return the fields of a plain form."""
    body = await asked.body(TEXT_BYTES_MAX)
    try:
        text = body.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, max_num_fields=QUERY_FIELDS_MAX)
    except ValueError:
        raise InvalidInput("rest.query", fields_max=QUERY_FIELDS_MAX) from None

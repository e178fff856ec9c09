"""Rendering: from a reply to the answer that the caller asked for."""

import asyncio
import hashlib
import re
from urllib.parse import urlencode

import orjson
from pydantic import BaseModel

from morello.doors.rest.asked import Asked
from morello.doors.rest.output import cookie, file, table, wording
from morello.doors.rest.output.answer import Answer, Header
from morello.doors.rest.output.shape import Shape
from morello.kernel.caller import Accepted, Reply
from morello.kernel.errors import NotFound
from morello.kernel.values import Blob, Table

RECEIPT = "/api/tools/audit.receipt?event="
JOB = "/api/v1/jobs/"
"""Where the state of a job is asked for."""

_REVALIDATE: Header = (b"cache-control", b"private, no-cache")
_VARY: Header = (b"vary", b"Accept, Accept-Language, Authorization, Cookie, X-Company-ID")
_TABLE_KINDS = (table.CSV, table.ARROW)
_ESCAPED = re.compile(r"text/csv\s*;[^,]*\bformulas\s*=\s*\"?escaped", re.IGNORECASE)


async def render(reply: Reply, asked: Asked) -> Answer:
    """Answer with an output: as JSON, a table, a file, or a job that was accepted."""
    output = reply.output
    if isinstance(output, Accepted):
        answer = _accepted(output)
    else:
        answer = await _shown(output, asked)
    headers = answer.headers
    event = str(reply.event_id)
    links = [f'<{RECEIPT}{event}>; rel="receipt"']
    if reply.repeated:
        headers.append((b"idempotency-replayed", b"true"))
    shape = Shape.of(type(output))
    following = shape.following(output)
    if following is not None:
        links.append(f'<{_next_page(asked, shape.cursor or "", following)}>; rel="next"')
    headers += [
        (b"x-call-id", str(reply.call_id).encode()),
        (b"x-event-id", event.encode()),
        (b"link", ", ".join(links).encode("ascii", "replace")),
        _VARY,
    ]
    if asked.method in {"GET", "HEAD"} and isinstance(answer.body, bytes):
        return conditional(answer, asked)
    return answer


async def _shown(output: BaseModel, asked: Asked) -> Answer:
    download = None
    if b"download" in asked.scope["query_string"]:
        download = dict(asked.query()).get("download")
    shape = Shape.of(type(output))
    if isinstance(output, Blob):
        return file.of(output)
    if download is not None:
        return file.of(_field(output, download, shape))
    accept = asked.header(b"accept").lower()
    if len(accept) > len("*/*"):
        chosen = _as_table(output, shape, accept) or _as_file(output, shape, accept)
        if isinstance(chosen, Blob):
            return file.of(chosen)
        if chosen is not None:
            return await asyncio.to_thread(_table, chosen, accept)
    body = wording.to_json(output, asked.language)
    if not shape.has_credentials:
        return Answer.of(body)
    answer = Answer.json(cookie.without_sessions(orjson.loads(body)))
    answer.headers += cookie.cookies_of(output, secure=asked.needs_secure_cookies)
    return answer


def _accepted(output: Accepted) -> Answer:
    answer = Answer.of(output.model_dump_json().encode(), status=202)
    answer.headers += [
        (b"location", f"{JOB}{output.job}".encode()),
        (b"preference-applied", b"respond-async"),
        (b"retry-after", b"1"),
    ]
    return answer


def _as_table(output: BaseModel, shape: Shape, accept: str) -> Table | None:
    if shape.table is None or not any(each in accept for each in _TABLE_KINDS):
        return None
    found = getattr(output, shape.table) if shape.table else output
    return found if isinstance(found, Table) else None


def _as_file(output: BaseModel, shape: Shape, accept: str) -> Blob | None:
    """Return the file of an output whose media type was asked for by name."""
    held = [getattr(output, name) for name in shape.blobs]
    wanted = {each.partition(";")[0].strip() for each in accept.split(",")}
    return next(
        (each for each in held if isinstance(each, Blob) and each.media_type in wanted), None
    )


def _field(output: BaseModel, name: str, shape: Shape) -> Blob:
    found = getattr(output, name) if name in shape.blobs else None
    if not isinstance(found, Blob):
        known = list(shape.blobs)
        raise NotFound("rest.download", field=name[:100], known=known)
    return found


def _table(found: Table, accept: str) -> Answer:
    first = min((each for each in _TABLE_KINDS if each in accept), key=accept.find)
    if first == table.ARROW:
        return Answer.of(table.to_arrow(found), table.ARROW.encode())
    escaped = _ESCAPED.search(accept) is not None
    return Answer.of(
        table.to_csv(found, escaped=escaped), b"text/csv; charset=utf-8; header=present"
    )


def _next_page(asked: Asked, cursor: str, following: str) -> str:
    query = [pair for pair in asked.query() if pair[0] != cursor]
    return f"{asked.raw_path}?{urlencode([*query, (cursor, following)])}"


def conditional(answer: Answer, asked: Asked) -> Answer:
    """Give a read's answer a tag, and no body when the caller has that very answer (RFC 9110)."""
    assert isinstance(answer.body, bytes), "a stream has no tag"
    if any(name == b"set-cookie" for name, _ in answer.headers):
        return answer
    tag = b'"' + hashlib.blake2b(answer.body, digest_size=16).hexdigest().encode() + b'"'
    answer.headers += [(b"etag", tag), _REVALIDATE]
    known = asked.headers.get(b"if-none-match")
    if known is not None and (known.strip() == b"*" or tag in _tags(known)):
        kept = [each for each in answer.headers if each[0] != b"content-type"]
        return Answer(304, kept)
    return answer


def _tags(header: bytes) -> list[bytes]:
    return [each.strip().removeprefix(b"W/") for each in header.split(b",")]

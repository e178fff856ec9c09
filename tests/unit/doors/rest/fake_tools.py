"""Fake tools: one of each shape that a door has to carry."""

import asyncio
import datetime
import enum
import uuid
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, Field, SecretStr

from morello.kernel.context import Progress, Update
from morello.kernel.errors import (
    ApprovalRequired,
    Busy,
    Unauthenticated,
)
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.tool import Route, Tool, tool
from morello.kernel.values import Blob, Column, DataRef, Table
from morello.kernel.values.credential import Credential, CredentialKind

WORDS = {"en": "A fake tool.", "ko": "시험용 도구입니다."}
ORGANIZATION, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
HOSTILE = "<script>alert(1)</script>\"'&"
KEY, VIEWER_KEY, OTHER_KEY, SESSION, CSRF = "mor_key", "mor_viewer", "mor_other", "s3ss", "c5rf"


class Anything(BaseModel):
    model_config = {"extra": "allow"}


class Color(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


class ListRequest(BaseModel):
    after: str = Field(default="", description="Where the page begins.")
    limit: int = Field(default=10, ge=1, le=100)
    exact: bool = False
    tags: list[str] = []
    filter: dict[str, Any] | None = None
    color: Color | None = None
    day: datetime.date | None = None


class Page(BaseModel):
    datasets: list[dict[str, Any]]
    asked: ListRequest
    next_after: str | None


class ImportRequest(BaseModel):
    file: Blob = Field(description="The file.")
    name: str | None = Field(default=None, description="Name of the dataset.")


class Import(BaseModel):
    dataset: str | None
    name: str
    text: str
    media_type: str


class DataRequest(BaseModel):
    data: DataRef
    rows: int = 3


class ReportRequest(BaseModel):
    data: DataRef
    language: str = "en"


class Answered(BaseModel):
    table: Table
    note: Message


class Files(BaseModel):
    page: Blob
    chart: Blob


class SignInRequest(BaseModel):
    email: str
    password: SecretStr


class LinkRequest(BaseModel):
    link: SecretStr


class SignedIn(BaseModel):
    name: str
    session: Credential
    csrf: str
    expires_at: datetime.datetime


class Key(BaseModel):
    key: Credential


class Seen(Update):
    position: int


class WatchRequest(BaseModel):
    after: int = -1


class Waiting(BaseModel):
    seconds: float = 0.0
    error: str = ""


READ, WRITE = Permission.READ_CATALOG, Permission.WRITE_DATA


@tool("data.list", title=WORDS, permission=READ, route=Route("GET", "/api/v1/datasets"), example={})
async def list_(request: ListRequest, context: Any) -> Page:
    return Page(datasets=DATASETS, asked=request, next_after="b c")


DATASETS = [
    {"name": HOSTILE, "rows": 3, "columns": 2, "version": "ab" * 32, "made_at": "2026-11-01"}
]


@tool(
    "data.import",
    title=WORDS,
    permission=WRITE,
    effect=Effect.WRITES,
    route=Route("POST", "/api/v1/datasets"),
    example={"file": {"name": "a.csv", "text": "a\n1\n"}},
    timeout_s=None,
)
async def import_(request: ImportRequest, context: Any) -> AsyncIterator[Progress | Import]:
    yield Progress(message=Message(id="fake.progress"), share=0.5)
    with request.file.open() as stream:
        text = stream.read().decode()
    yield Import(
        dataset=request.name,
        name=request.file.name,
        text=text,
        media_type=request.file.media_type,
    )


@tool(
    "data.describe",
    title=WORDS,
    permission=READ,
    route=Route("GET", "/api/v1/datasets/{data}"),
    example={"data": "orders"},
)
async def describe(request: DataRequest, context: Any) -> Anything:
    return Anything(dataset=request.data.dataset, version=request.data.version, rows=request.rows)


@tool(
    "data.delete",
    title=WORDS,
    permission=Permission.DELETE_DATA,
    effect=Effect.DESTROYS,
    route=Route("DELETE", "/api/v1/datasets/{data}"),
    example={"data": "orders"},
)
async def delete(request: DataRequest, context: Any) -> Anything:
    return Anything(gone=str(request.data))


@tool("data.query", title=WORDS, permission=READ, example={"data": "orders"})
async def query(request: DataRequest, context: Any) -> Answered:
    columns = [Column(name="=city", type="string"), Column(name="n", type="int64")]
    return Answered(
        table=Table(columns=columns, rows=[["=1+1", 1], ['서울, "x"', None]]),
        note=Message(id="fake.note", parameters={"n": 1}),
    )


@tool("insights.report", title=WORDS, permission=READ, example={"data": "orders"})
async def report(request: ReportRequest, context: Any) -> Blob:
    return Blob.of(f"{request.data.dataset}-보고서.html", b"<p>report</p>", "text/html")


@tool("fake.files", title=WORDS, permission=READ, example={})
async def files(request: Anything, context: Any) -> Files:
    return Files(
        page=Blob.of("p.html", b"<p>", "text/html"), chart=Blob.of("c.bin", b"\x00", "image/x-raw")
    )


@tool(
    "access.sign_in",
    title=WORDS,
    permission=Permission.ENTER,
    effect=Effect.WRITES,
    example={"email": "ada@example.org", "password": "right"},
)
async def sign_in(request: SignInRequest, context: Any) -> SignedIn:
    if request.password.get_secret_value() != "right":
        raise Unauthenticated("session")
    return _signed_in()


@tool(
    "access.redeem_link",
    title=WORDS,
    permission=Permission.ENTER,
    effect=Effect.WRITES,
    example={"link": "once"},
)
async def redeem(request: LinkRequest, context: Any) -> SignedIn:
    return _signed_in()


@tool("access.sign_out", title=WORDS, permission=READ, effect=Effect.WRITES, example={})
async def sign_out(request: Anything, context: Any) -> SignedIn:
    signed_in = _signed_in()
    ended = Credential(kind=CredentialKind.SESSION, secret=SecretStr(""))
    return signed_in.model_copy(update={"session": ended})


def _signed_in() -> SignedIn:
    return SignedIn(
        name="Ada",
        session=Credential(kind=CredentialKind.SESSION, secret=SecretStr(SESSION)),
        csrf=CSRF,
        expires_at=datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC),
    )


@tool(
    "access.create_key",
    title=WORDS,
    permission=Permission.MANAGE_ACCESS,
    effect=Effect.WRITES,
    route=Route("POST", "/api/security/api-keys"),
    example={},
)
async def create_key(request: Anything, context: Any) -> Key:
    return Key(key=Credential(kind=CredentialKind.KEY, secret=SecretStr("mor_shown_once")))


@tool("fake.wait", title=WORDS, permission=READ, example={}, timeout_s=None)
async def wait(request: Waiting, context: Any) -> Anything:
    await asyncio.sleep(request.seconds)
    match request.error:
        case "busy":
            raise Busy("rate", amount=5, retry_after_s=1.5)
        case "approval":
            raise ApprovalRequired("ask", tool="fake.wait", approval=str(uuid.UUID(int=9)))
        case "break":
            raise RuntimeError("a secret of ours")
    return Anything(waited=request.seconds)


@tool("fake.anything", title=WORDS, permission=Permission.VERIFY, effect=Effect.WRITES, example={})
async def anything(request: Anything, context: Any) -> Anything:
    return request


@tool(
    "audit.watch",
    title=WORDS,
    permission=READ,
    route=Route("GET", "/api/live"),
    example={},
    timeout_s=None,
)
async def watch(request: WatchRequest, context: Any) -> AsyncIterator[Progress | Seen | Anything]:
    for position in range(request.after + 1, 5):
        yield Seen(position=position)
    yield Anything(count=5)


TOOLS: tuple[Tool, ...] = (
    list_,
    import_,
    describe,
    delete,
    query,
    report,
    files,
    sign_in,
    redeem,
    sign_out,
    create_key,
    wait,
    anything,
    watch,
)

"""A fake service: a few fake tools, a caller that runs them, people it knows, and a client."""

import asyncio
import dataclasses
import datetime
import enum
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, Field, SecretStr

from morello.doors.live.stream import Streams
from morello.doors.rest.application import Application
from morello.kernel.caller import Accepted, Call, Reply
from morello.kernel.context import Context, Progress, Update
from morello.kernel.errors import (
    ApprovalRequired,
    Busy,
    Forbidden,
    NotFound,
    Unauthenticated,
)
from morello.kernel.ids import new_id
from morello.kernel.messages import Message
from morello.kernel.permission import Permission, Role, allows
from morello.kernel.principal import NOBODY, Effect, Kind, Origin, Principal
from morello.kernel.protocols.authenticator import Credentials
from morello.kernel.protocols.probe import Probe
from morello.kernel.protocols.uploads import Upload
from morello.kernel.registry import Listed, Registry
from morello.kernel.settings import Settings
from morello.kernel.tool import Route, Tool, tool
from morello.kernel.values import Blob, Column, DataRef, Table
from morello.kernel.values.credential import Credential, CredentialKind

WORDS = {"en": "A fake tool.", "ko": "시험용 도구입니다."}
ORGANIZATION, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
HOSTILE = "<script>alert(1)</script>\"'&"
KEY, VIEWER_KEY, OTHER_KEY, SESSION, CSRF = "mor_key", "mor_viewer", "mor_other", "s3ss", "c5rf"
HOME = "http://localhost"


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


class Watched(BaseModel):
    count: int


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
async def watch(request: WatchRequest, context: Any) -> AsyncIterator[Progress | Seen | Watched]:
    for position in range(request.after + 1, 5):
        yield Seen(position=position)
    yield Watched(count=5)


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


class FakeProvider:
    def __init__(self) -> None:
        self.tools = list(TOOLS)

    def listed(self, organization_id: uuid.UUID) -> Iterable[Listed]:
        for each in self.tools:
            permission = str(each.permission.name)
            yield Listed(each.name, each.title, each.effect, each.cost, permission)

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:
        return next((each for each in self.tools if each.name == name), None)


@dataclasses.dataclass
class FakeCaller:
    """Runs tools as the corridor would, as far as a door can tell."""

    registry: Registry
    calls: list[Call] = dataclasses.field(default_factory=list)
    answered: dict[str, Reply] = dataclasses.field(default_factory=dict)
    cancelled: int = 0

    async def call(self, call: Call) -> Reply:
        async for item in self.stream(call):
            if isinstance(item, Reply):
                return item
        raise AssertionError("no reply")

    async def stream(self, call: Call) -> AsyncIterator[Update | Reply]:
        self.calls.append(call)
        found = self.registry.find(call.tool, call.principal.organization_id)
        if call.principal.kind is Kind.NOBODY and not found.permission & (
            Permission.ENTER | Permission.VERIFY
        ):
            raise Unauthenticated("sign_in", tool=call.tool)
        if not allows(call.principal.role, found.permission):
            raise Forbidden("role", tool=call.tool, role=call.principal.role.value)
        request = found.validate(call.given)
        if call.as_job and found.may_become_job:
            yield self._reply(call, Accepted(job=uuid.UUID(int=5)))
            return
        first = self.answered.get(call.idempotency_key or "")
        if first is not None:
            yield dataclasses.replace(first, repeated=True)
            return
        async for item in self._run(found, request, call):
            yield item

    async def _run(self, found: Tool, request: BaseModel, call: Call) -> AsyncIterator[Any]:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        context = Context(
            call_id=call.call_id, principal=call.principal, tool=call.tool, caller=self
        )
        with call.cancellation.listening(lambda: loop.call_soon_threadsafe(task.cancel)):
            try:
                if found.streams:
                    async for item in found.run(request, context):
                        yield item if isinstance(item, Update) else self._reply(call, item)
                else:
                    yield self._reply(call, await found.run(request, context))
            except asyncio.CancelledError:
                self.cancelled += 1
                raise

    def _reply(self, call: Call, output: BaseModel) -> Reply:
        reply = Reply(call_id=call.call_id, event_id=new_id(), output=output)
        if call.idempotency_key:
            self.answered[call.idempotency_key] = reply
        return reply


class FakeAuthenticator:
    """Knows two keys of one organization, one of another, and a session."""

    def __init__(self) -> None:
        self.shown: list[Credentials] = []
        self.known = {
            KEY: someone(Role.ORG_ADMIN, kind=Kind.KEY),
            VIEWER_KEY: someone(Role.VIEWER, kind=Kind.KEY),
            OTHER_KEY: someone(Role.ORG_ADMIN, organization_id=OTHER),
            SESSION: someone(Role.ORG_ADMIN),
        }

    async def principal(self, credentials: Credentials, origin: Origin) -> Principal:
        self.shown.append(credentials)
        secret = credentials.bearer or credentials.session
        if not secret:
            return NOBODY
        if secret not in self.known:
            raise Unauthenticated("session")
        if not credentials.bearer and credentials.changes_something and credentials.csrf != CSRF:
            raise Forbidden("csrf")
        principal = self.known[secret]
        if credentials.organization not in {"", str(principal.organization_id)}:
            raise Forbidden("other_organization")
        return principal


def someone(role: Role, **more: Any) -> Principal:
    fields = {"organization_id": ORGANIZATION, "subject_id": uuid.UUID(int=7), "name": HOSTILE}
    return Principal(**{**fields, "role": role, **more})


class FakeUploads:
    """Keeps uploads in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: dict[tuple[uuid.UUID, uuid.UUID], Blob] = {}

    async def put(
        self,
        organization_id: uuid.UUID,
        chunks: AsyncIterator[bytes],
        *,
        name: str,
        media_type: str,
    ) -> Upload:
        upload = new_id()
        folder = self.folder / str(upload)
        folder.mkdir(parents=True)
        with (folder / "content").open("wb") as stream:
            async for chunk in chunks:
                stream.write(chunk)
        blob = Blob.from_path(folder / "content", media_type).model_copy(update={"name": name})
        self.kept[organization_id, upload] = blob
        return Upload(upload, blob)

    async def get(self, organization_id: uuid.UUID, upload: uuid.UUID) -> Blob:
        try:
            return self.kept[organization_id, upload]
        except KeyError:
            raise NotFound("rest.upload", upload=str(upload)) from None

    async def remove(self, organization_id: uuid.UUID, upload: uuid.UUID) -> None:
        self.kept.pop((organization_id, upload), None)


class FakeProbe:
    name = "disk"
    wrong: Message | None = None

    async def health(self) -> Message | None:
        return self.wrong

    def metrics(self) -> Mapping[str, float]:
        return {}

    async def remedy(self) -> bool:
        return False


class FakeService:
    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.provider = FakeProvider()
        self.registry = Registry([self.provider])
        self.caller = FakeCaller(self.registry)
        self.authenticator = FakeAuthenticator()
        self.uploads = FakeUploads(folder)
        self.probe = FakeProbe()
        self.probes: Sequence[Probe] = [self.probe]

    def metrics(self) -> bytes:
        return b"morello_calls_total 1\n"

    async def close(self) -> None:
        pass


class House:
    """A service behind its door, and clients that knock."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.service = FakeService(Settings(home=folder, **settings), folder / "uploads")
        self.streams = Streams(self.service.caller, heartbeat_s=0.2)
        self.application = Application.of(self.service, self.streams.events)

    def client(self, key: str = "", **headers: str) -> httpx.AsyncClient:
        """Return a client with a key, which says its organization where a key is shown."""
        if key:
            headers["Authorization"] = f"Bearer {key}"
            owner = self.service.authenticator.known.get(key)
            if owner is not None:
                headers.setdefault("X-Company-ID", str(owner.organization_id))
        transport = httpx.ASGITransport(app=self.application, raise_app_exceptions=True)
        return httpx.AsyncClient(transport=transport, base_url=HOME, headers=headers)

    @property
    def calls(self) -> list[Call]:
        return self.service.caller.calls


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def client(house: House) -> httpx.AsyncClient:
    """Somebody with every right of an organization."""
    return house.client(KEY)


@pytest.fixture
def nobody(house: House) -> httpx.AsyncClient:
    return house.client()

"""A fake service: runs the fake tools, and knows a few people."""

import asyncio
import dataclasses
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from morello.kernel.caller import Accepted, Call, Reply
from morello.kernel.context import Context, Update
from morello.kernel.errors import (
    Forbidden,
    NotFound,
    Unauthenticated,
)
from morello.kernel.ids import new_id
from morello.kernel.messages import Message
from morello.kernel.permission import Permission, Role, allows
from morello.kernel.principal import NOBODY, Kind, Origin, Principal
from morello.kernel.protocols.authenticator import Credentials
from morello.kernel.protocols.probe import Probe
from morello.kernel.protocols.uploads import Upload
from morello.kernel.registry import Listed, Registry
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool
from morello.kernel.values import Blob

from .fake_tools import (
    CSRF,
    HOSTILE,
    KEY,
    ORGANIZATION,
    OTHER,
    OTHER_KEY,
    SESSION,
    TOOLS,
    VIEWER_KEY,
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

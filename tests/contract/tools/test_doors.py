"""Contract: a tool gives the same answer through every door there is."""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

import morello
from morello import app as installation
from morello import sample
from morello.doors.cli import program
from morello.doors.live.stream import Streams
from morello.doors.rest.application import Application
from morello.kernel.caller import Call, Caller
from morello.kernel.principal import LOCAL_PRINCIPAL, NOBODY, Origin, Principal
from morello.kernel.protocols.authenticator import Authenticator, Credentials
from morello.kernel.protocols.probe import Probe
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool
from morello.kernel.values import DIGESTS_ONLY, Blob

ORDERS = Path(sample.__file__).with_name("orders.csv")
TINY = "city,visitors\nSeoul,120\nBusan,80\nJeju,45\n"

_PASSING = [  # what differs between two runs of the same call
    re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|\+00:00)"),
    re.compile(r'"(elapsed|duration|seconds|free_memory)\w*": [\d.]+'),
]

OF_ONE_PROCESS = {
    *("audit.receipt", "audit.checkpoint", "access.decide_approval"),
    *("models.describe", "models.predict", "models.evaluate", "models.delete"),
}
"""Tools that answer about one process, such as its log; each door here starts a new one."""

Door = Callable[[Tool, dict[str, str], pytest.CaptureFixture[str]], Any]


def through_the_pipeline(tool: Tool, imports: dict[str, str], _: Any) -> Any:
    """Call the pipeline itself."""

    async def ask() -> Any:
        running = installation.build(Settings.load())
        try:
            for name, path in imports.items():
                given = {"file": Blob.from_path(Path(path)), "name": name}
                await running.caller.call(
                    Call(tool="data.import", given=given, principal=LOCAL_PRINCIPAL)
                )
            call = Call(tool=tool.name, given=tool.example, principal=LOCAL_PRINCIPAL)
            output = (await running.caller.call(call)).output
            return json.loads(output.model_dump_json(context=DIGESTS_ONLY))
        finally:
            await running.close()

    return asyncio.run(ask())


def through_command_line(
    tool: Tool, imports: dict[str, str], printed: pytest.CaptureFixture[str]
) -> Any:
    """Call it as somebody at a terminal would."""
    names = [word for path in imports.values() for word in ("--with", path)]
    arguments = ["call", tool.name, *names, "--input", json.dumps(tool.example), "--json"]
    code = program.run(installation.build, arguments)
    captured = printed.readouterr()
    assert code == program.DONE, captured.err
    return json.loads(captured.out)["output"]


def through_the_face(tool: Tool, imports: dict[str, str], _: Any) -> Any:
    """Call it as somebody in a notebook would."""
    request = tool.validate(tool.example)
    files = {name: value for name, value in request if isinstance(value, Blob)}
    try:
        for name, path in imports.items():
            morello.call("data.import", file=path, name=name)
        output = morello.call(tool.name, **{**tool.example, **files})
        return json.loads(output.model_dump_json(context=DIGESTS_ONLY))
    finally:
        morello.close()


class _Everybody:
    """Knows one key, that of whoever sits at this machine."""

    async def principal(self, credentials: Credentials, origin: Origin) -> Principal:
        return LOCAL_PRINCIPAL if credentials.bearer == "key" else NOBODY


class _LocalService:
    """Local mode behind the REST door; nothing here is uploaded."""

    def __init__(self) -> None:
        self.local = installation.build(Settings.load())
        self.registry, self.settings = self.local.registry, self.local.settings
        self.authenticator: Authenticator = _Everybody()
        self.uploads: Any = None
        self.probes: Sequence[Probe] = ()

    @property
    def caller(self) -> Caller:
        return self.local.caller

    def metrics(self) -> bytes:
        return b""

    async def close(self) -> None:
        await self.local.close()


def through_rest(tool: Tool, imports: dict[str, str], _: Any) -> Any:
    """Call it as a program elsewhere would, over HTTP."""
    texts = {name: Path(path).read_text("utf-8") for name, path in imports.items()}

    async def ask() -> Any:
        service = _LocalService()
        door = Application.of(service, Streams(service.caller).events)
        transport = httpx.ASGITransport(app=door)
        headers = {"Authorization": "Bearer key", "Accept": "application/json"}
        try:
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost", headers=headers
            ) as client:
                for name, path in imports.items():
                    file = {"name": path.rpartition("/")[2], "text": texts[name]}
                    given = {"file": file, "name": name}
                    (await client.post("/api/tools/data.import", json=given)).raise_for_status()
                answer = await client.post(f"/api/tools/{tool.name}", json=tool.example)
                assert answer.status_code == 200, answer.text
                return answer.json()
        finally:
            await service.close()

    return asyncio.run(ask())


DOORS: dict[str, Door] = {
    "pipeline": through_the_pipeline,
    "cli": through_command_line,
    "python": through_the_face,
    "rest": through_rest,
}


@pytest.mark.slow
def test_every_door_gives_the_same_answer(
    tool: Tool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if tool.name in OF_ONE_PROCESS or issubclass(tool.output, Blob):
        return
    monkeypatch.setenv("MORELLO_HOME", str(tmp_path / "home"))
    tiny = tmp_path / "tiny.csv"
    tiny.write_text(TINY, encoding="utf-8")
    example = json.dumps(tool.example)
    known = {"tiny": str(tiny), "orders": str(ORDERS)}
    imports = {
        name: path for name, path in known.items() if name in example and tool.name != "data.import"
    }
    answers = {name: settled(door(tool, imports, capsys)) for name, door in DOORS.items()}
    assert len(set(answers.values())) == 1, answers


def settled(answer: Any) -> str:
    """Return an answer as text, without what differs between any two runs."""
    text = json.dumps(comparable(answer), sort_keys=True)
    for passing in _PASSING:
        text = passing.sub("*", text)
    return text


def comparable(value: Any) -> Any:
    """Return an answer without a door's words."""
    if isinstance(value, dict):
        said = set(value) == {"id", "parameters", "text"}
        return {
            key: comparable(each) for key, each in value.items() if not (said and key == "text")
        }
    return [comparable(each) for each in value] if isinstance(value, list) else value


def test_the_comparison_can_fail() -> None:
    message = {"id": "a.b", "parameters": {}}
    assert settled({"m": message}) == settled({"m": {**message, "text": "A b."}})
    assert settled({"rows": 1}) != settled({"rows": 2})
    assert settled({"r": 0.1234567891}) != settled({"r": 0.1234567892})

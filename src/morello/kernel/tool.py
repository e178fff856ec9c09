"""A tool: one async function, a model in, a model out, one declaration.

    @tool(
        "data.preview",
        title={"en": "Show the first rows of a dataset.", "ko": "데이터셋의 첫 행들을 보여줍니다."},
        permission=Permission.READ_DATA,
        uses=lambda request: Uses(data=(request.data,)),
        example={"data": "orders", "rows": 3},
    )
    async def preview(request: PreviewRequest, context: Context, engine: Engine) -> Table: ...

Parameters after `request` and `context` are parts (ports) that `app` provides, found by type.
A function that yields gives typed updates, of which the last is the result. One that
tells of more than progress is live.
"""

import dataclasses
import enum
import hashlib
import inspect
import re
import typing
from collections.abc import AsyncIterator, Callable
from typing import Any

from pydantic import BaseModel, ValidationError

from morello.kernel.context import Progress, Update
from morello.kernel.errors import InvalidInput
from morello.kernel.messages import Words
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.values import DataRef

_PROBLEMS_MAX = 10
_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


class Cost(enum.StrEnum):
    """Where a tool runs."""

    INSTANT = "instant"  # in this process; waits, but never computes for long
    WORKER = "worker"  # in a process of its own that can be killed, with memory and time limits
    JOB = "job"  # as a durable job where a server is present, in a worker otherwise


@dataclasses.dataclass(frozen=True, slots=True)
class Uses:
    """What a call touches, named before it runs."""

    data: tuple[DataRef, ...] = ()
    sql: str | None = None
    """A query whose tables are datasets; it is parsed once, and its datasets are pinned too."""


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """Where the REST door shows the tool; without one it is at `/api/tools/{name}`."""

    method: str
    path: str


@dataclasses.dataclass(frozen=True, slots=True)
class Cached:
    """The answer may be kept: same tool version, input, data versions, rules, organization."""

    ttl_s: float = 300.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A declaration and the function behind it."""

    name: str
    title: Words
    permission: Permission
    effect: Effect
    cost: Cost
    route: Route | None
    cached: Cached | None
    uses: Callable[[Any], Uses]
    undo: str | None
    batch: str | None
    example: dict[str, Any]
    input: type[BaseModel]
    output: type[BaseModel]
    updates: tuple[type[Update], ...]
    """What it may tell before its result."""
    parts: dict[str, type]
    run: Callable[..., Any]
    """`async def (request, context, **parts) -> output`, or an async generator ending in it."""
    streams: bool
    version: str
    """Changes when the declaration or the code does; part of the cache key."""
    timeout_s: float | None
    """Longest it may run; None is as long as the site allows an analysis."""

    @property
    def room(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]

    @property
    def needs_server(self) -> bool:
        """Whether it needs a part that only a server has (a class that says `needs_server`)."""
        return any(getattr(part, "needs_server", False) for part in self.parts.values())

    @property
    def may_become_job(self) -> bool:
        """Whether a call may be queued instead of waited for."""
        return self.cost is Cost.JOB or self.timeout_s is None

    @property
    def is_live(self) -> bool:
        """Whether it tells what happens, for as long as somebody listens."""
        return any(each is not Progress for each in self.updates)

    def validate(self, given: BaseModel | dict[str, Any]) -> BaseModel:
        """Return the input as the tool's model. Raises InvalidInput, naming every wrong field."""
        if isinstance(given, self.input):
            return given
        try:
            raw = given.model_dump() if isinstance(given, BaseModel) else given
            return self.input.model_validate(raw)
        except ValidationError as error:
            fields = [
                {"field": ".".join(map(str, each["loc"])) or "input", "problem": each["msg"]}
                for each in error.errors(include_url=False, include_context=False)[:_PROBLEMS_MAX]
            ]
            problems = "; ".join(f"{each['field']}: {each['problem']}" for each in fields)
            raise InvalidInput("fields", tool=self.name, problems=problems, fields=fields) from None


def tool(  # noqa: PLR0913 - a declaration has as many parts as a tool has aspects
    name: str,
    *,
    title: Words,
    permission: Permission,
    example: dict[str, Any],
    effect: Effect = Effect.READS,
    cost: Cost = Cost.INSTANT,
    route: Route | None = None,
    cached: Cached | None = None,
    uses: Callable[[Any], Uses] = lambda _: Uses(),
    undo: str | None = None,
    batch: str | None = None,
    timeout_s: float | None = 60.0,
) -> Callable[[Callable[..., Any]], Tool]:
    """Declare the function below as the tool `room.verb`.

    `example` is an input that runs on the shipped sample; `undo` and `batch` name the tools that
    reverse it or take many at once. Only what `reads` may be `cached`.
    """
    assert _NAME.fullmatch(name), f"{name}: a tool is named room.verb"
    assert cached is None or effect is Effect.READS, f"{name}: only reads may be cached"

    def declare(function: Callable[..., Any]) -> Tool:
        request, updates, output, parts = _signature(function)
        return Tool(
            name=name,
            title=title,
            permission=permission,
            effect=effect,
            cost=cost,
            route=route,
            cached=cached,
            uses=uses,
            undo=undo,
            batch=batch,
            example=example,
            input=request,
            output=output,
            updates=updates,
            parts=parts,
            run=function,
            streams=inspect.isasyncgenfunction(function),
            version=_version(function),
            timeout_s=timeout_s,
        )

    return declare


def _signature(
    function: Callable[..., Any],
) -> tuple[type[BaseModel], tuple[type[Update], ...], type[BaseModel], dict[str, type]]:
    hints = typing.get_type_hints(function)
    returned = hints.pop("return")
    updates: tuple[type[Update], ...] = ()
    names = list(inspect.signature(function).parameters)
    request = hints[names[0]]
    assert names[1] == "context", f"{function.__name__}: the second parameter is `context`"
    if inspect.isasyncgenfunction(function):
        assert typing.get_origin(returned) is AsyncIterator, (
            f"{function.__name__}: AsyncIterator[...]"
        )
        *told, returned = typing.get_args(typing.get_args(returned)[0])
        updates = tuple(told)
    assert issubclass(request, BaseModel), f"{function.__name__}: a model in"
    assert issubclass(returned, BaseModel), f"{function.__name__}: a model out"
    return request, updates, returned, {each: hints[each] for each in names[2:]}


def _version(function: Callable[..., Any]) -> str:
    try:
        source = inspect.getsource(inspect.getmodule(function) or function)
    except (OSError, TypeError):
        source = function.__qualname__
    return hashlib.sha256(source.encode()).hexdigest()[:16]

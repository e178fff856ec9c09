"""What a running tool knows of its call: who asks, what was pinned, how to stop and to report."""

import collections
import dataclasses
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from morello.kernel.caller import Call, Caller, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.clock import Clock, SystemClock
from morello.kernel.errors import NotFound
from morello.kernel.messages import Message
from morello.kernel.principal import Origin, Principal
from morello.kernel.protocols.unit import NoUnit, Unit
from morello.kernel.values import DataRef


class Update(BaseModel):
    """What a tool tells on the way to its result. None is lost: whoever tells waits for room."""


class Progress(Update):
    """How far a tool is. Only the newest counts, so old progress gives way when nobody reads."""

    message: Message
    share: float | None = None
    """How much is done, 0 to 1; None when unknown."""

    def within(self, start: float, end: float) -> Self:
        """Return this progress of a part as progress of the whole it is a part of."""
        share = None if self.share is None else start + self.share * (end - start)
        return self.model_copy(update={"share": share})


class Fact(BaseModel):
    """Something that became true, for the ledger: `stream` is the thing, `kind` what happened."""

    stream: str
    kind: str
    body: dict[str, Any] = {}
    expected_version: int | None = None
    """Number of events the stream must have before this one; None does not check."""


class Pinned(BaseModel):
    """A dataset version that was fixed for this call. The data floor adds where its rows lie."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    organization_id: uuid.UUID
    dataset_id: uuid.UUID
    dataset: str
    version: str
    """Keyed digest of the rows, 64 hex digits."""
    rows: int
    repeatable: bool = True
    """False for an outside source as of a time, whose rows may change."""


@dataclasses.dataclass(slots=True)
class Context:
    """One call, as the tool sees it."""

    call_id: uuid.UUID
    principal: Principal
    tool: str
    caller: Caller
    clock: Clock = dataclasses.field(default_factory=SystemClock)
    origin: Origin = dataclasses.field(default_factory=Origin)
    cancellation: Cancellation = dataclasses.field(default_factory=Cancellation)
    depth: int = 0
    approval: uuid.UUID | None = None
    """The approval this call was let in with; it covers what the call does inside itself."""
    pinned: dict[DataRef, Pinned] = dataclasses.field(default_factory=dict)
    query: Any = None
    """The parsed query tree (sqlglot), when the tool takes one."""
    rules_fingerprint: str = ""
    """Digest of the row and column rules that apply to this caller on what is pinned."""
    facts: list[Fact] = dataclasses.field(default_factory=list)
    disclosures: dict[str, Any] = dataclasses.field(default_factory=dict)
    """What the receipt's evidence should say beyond input, versions and result."""
    unit: Unit = dataclasses.field(default_factory=NoUnit)
    """What this call writes, kept together with its record or not at all."""
    after_record: list[Callable[[], object]] = dataclasses.field(default_factory=list)
    """What to do once this call is recorded, such as removing files that nothing names any more."""
    key: str | None = None
    """What the idempotency keys of nested calls are made of, so that a job which is cut in half and
    begun again does not do their work twice. They have to be made in the same order each time."""
    _nested_before: collections.Counter[str] = dataclasses.field(
        default_factory=collections.Counter
    )

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked this call to stop."""
        return self.cancellation.is_set

    def pin(self, ref: DataRef) -> Pinned:
        """Return the version that was pinned for a reference of the input."""
        try:
            return self.pinned[ref]
        except KeyError:
            raise NotFound("dataset", name=str(ref)) from None

    def record(self, fact: Fact) -> None:
        """Have a fact committed together with this call's event."""
        self.facts.append(fact)

    def as_(self, principal: Principal) -> Self:
        """Return this context as another principal's, for calls that a tool makes for them.

        For our own code only: signing in is nobody's call, and what it begins is the person's.
        """
        return dataclasses.replace(self, principal=principal, facts=[], disclosures={})

    async def call(self, tool: str, given: BaseModel | dict[str, Any]) -> Any:
        """Call another tool as part of this call; return its output model.

        It is authorized and recorded, but takes no rate token and no slot.
        """
        return (await self.caller.call(self._nested(tool, given))).output

    def stream(self, tool: str, given: BaseModel | dict[str, Any]) -> AsyncIterator[Update | Reply]:
        """Call another tool like `call`, yielding its updates; the last item is the reply."""
        return self.caller.stream(self._nested(tool, given))

    def _nested(self, tool: str, given: BaseModel | dict[str, Any]) -> Call:
        self._nested_before[tool] += 1
        number = self._nested_before[tool]
        return Call(
            tool=tool,
            given=given,
            principal=self.principal,
            origin=self.origin,
            cancellation=self.cancellation,
            parent=self.call_id,
            depth=self.depth + 1,
            approval=self.approval,
            idempotency_key=None if self.key is None else f"{self.key}/{tool}/{number}",
        )

"""Record: facts and the call's event in one transaction; refused and failed calls in their own."""

import asyncio
import dataclasses
import datetime
import hashlib
import json
import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from morello.identity.refused.strangers import Strangers
from morello.kernel.caller import Call, Reply
from morello.kernel.clock import Clock
from morello.kernel.context import Context
from morello.kernel.errors import (
    Fault,
    Forbidden,
    InvalidInput,
    MorelloError,
    NotFound,
    Unauthenticated,
)
from morello.kernel.ids import new_id
from morello.kernel.principal import Kind, Principal
from morello.kernel.protocols.observer import Unwatched, Watch
from morello.kernel.tool import Tool
from morello.kernel.values import DIGESTS_ONLY, Blob
from morello.ledger.event import NewEvent
from morello.ledger.log import Log
from morello.ledger.proof.canonical import plain
from morello.pipeline.observe.fingerprint import fingerprint

_log = logging.getLogger(__name__)

_DISCLOSED_LENGTH_MAX = 16 << 10
"""Inputs and queries up to this size stand in the evidence as they were; others by digest."""

_QUERY: tuple[str, ...] = ("sql", "queries")
"""Disclosures that say what was asked of the data; all others are about its versions."""

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""The character NUL in JSON, and not a backslash before the letters of its name."""

_REFUSED = (Forbidden, InvalidInput, NotFound, Unauthenticated)


@dataclasses.dataclass(slots=True, kw_only=True)
class Recording:
    """What is known of a call so far, filled as it walks the corridor."""

    call: Call
    at: datetime.datetime
    watch: Watch = dataclasses.field(default_factory=Unwatched)
    tool: Tool | None = None
    context: Context | None = None
    input_json: str = ""
    input_digest: str = ""
    result_bytes: int = 0
    is_recorded: bool = False
    event_id: uuid.UUID = dataclasses.field(default_factory=new_id)
    """Known before it is recorded, so that what is kept with it can name it."""

    def reply(self, output: Any, *, from_cache: bool = False) -> Reply:
        """Return the answer to this call."""
        return Reply(
            call_id=self.call.call_id,
            event_id=self.event_id,
            output=output,
            from_cache=from_cache,
        )

    async def describe(self, tool: Tool, request: BaseModel) -> None:
        """Digest the input. In a thread: it may hold a large file. Raises InvalidInput for NUL."""
        self.tool = tool
        if _holds_a_file(request):
            self.input_json = await asyncio.to_thread(_to_json, request)
        else:
            self.input_json = _to_json(request)
        self.input_digest = hashlib.sha256(self.input_json.encode()).hexdigest()
        # No store can be trusted with it: PostgreSQL refuses it, C ends a text with it.
        if "\\u0000" in self.input_json and _NUL.search(self.input_json):
            raise InvalidInput("nul", tool=tool.name)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """Writes call events. Nobody else does."""

    log: Log
    clock: Clock
    strangers: Strangers = dataclasses.field(default_factory=Strangers)

    async def succeeded(self, recording: Recording, output: BaseModel, *, from_cache: bool) -> None:
        """Commit what the call wrote, its facts and its event, in one transaction.

        Raises Conflict when a fact's stream is no longer at the version it expected.
        """
        recording.watch.step("record")
        result = output.model_dump_json(context=DIGESTS_ONLY).encode()
        recording.result_bytes = len(result)
        event = self._event(
            recording,
            "call.succeeded",
            {"digest": hashlib.sha256(result).hexdigest(), "from_cache": from_cache},
        )
        context = recording.context
        await self.log.append(
            recording.call.principal.organization_id,
            [*self._facts(recording), event],
            context.unit if context else None,
        )
        recording.is_recorded = True
        recording.watch.end("cached" if from_cache else "ok")
        for afterwards in context.after_record if context else ():
            _attempt(afterwards)

    async def repeated(self, recording: Recording, first: Reply) -> None:
        """Commit that a call got the first answer of its idempotency key again."""
        recording.watch.step("record")
        event = self._event(recording, "call.repeated", {"first": str(first.event_id)})
        recording.is_recorded = True
        await self.log.append(recording.call.principal.organization_id, [event])
        recording.watch.end("repeated")

    async def failed(self, recording: Recording, error: MorelloError) -> None:
        """Commit the event of a call that was refused or broke; its facts never happened."""
        if recording.is_recorded:  # it succeeded; only its watcher left before taking the answer
            recording.watch.end(error.code, error)
            return
        recording.is_recorded = True
        recording.watch.step("record")
        kind = "call.refused" if isinstance(error, _REFUSED) else "call.failed"
        said: dict[str, Any] = {"error": error.message.id}
        if recording.call.principal.kind is Kind.NOBODY:
            left_out = self.strangers.admit(recording.call.origin.address)
            if left_out is None:
                recording.watch.end(error.code, error)
                return
            said |= {"not_recorded_before": left_out} if left_out else {}
        if isinstance(error, Fault):
            said["fingerprint"] = fingerprint(error)
        event = self._event(recording, kind, said)
        try:
            await self.log.append(recording.call.principal.organization_id, [event])
        except MorelloError:
            _log.exception("call %s could not be recorded", recording.call.call_id)
        finally:
            recording.watch.end(error.code, error)

    def _event(self, recording: Recording, kind: str, result: dict[str, Any]) -> NewEvent:
        call, context = recording.call, recording.context
        principal, origin = call.principal, call.origin
        disclosures = _bounded(context.disclosures) if context else {}
        elapsed_ms = (self.clock.now() - recording.at).total_seconds() * 1000
        query = {name: disclosures.pop(name) for name in _QUERY if name in disclosures}
        pinned = context.pinned.values() if context else ()
        personal = {
            "name": principal.name,
            "address": origin.address,
            "user_agent": origin.user_agent,
        }
        # Made here of plain values; to check every one of them again would cost a tenth of a call.
        return NewEvent.model_construct(
            id=recording.event_id,
            stream=f"call:{call.call_id}",
            kind=kind,
            at=recording.at,
            expected_version=0,  # a call has one event, so nobody need look for others
            who={
                "organization": str(principal.organization_id),
                "subject": str(principal.subject_id),
                "kind": principal.kind.value,
                "role": principal.role.value,
                "door": origin.door,
                **_credential(principal),
            },
            what=self._what(recording),
            query=query,
            versions={
                "datasets": {each.dataset: each.version for each in pinned},
                "rules": context.rules_fingerprint if context else "",
                **disclosures,
            },
            result={**result, "elapsed_ms": round(elapsed_ms, 1)},
            personal={name: value for name, value in personal.items() if value},
            person=str(principal.subject_id),
        )

    def _what(self, recording: Recording) -> dict[str, Any]:
        call, tool = recording.call, recording.tool
        what: dict[str, Any] = {
            "tool": call.tool[:200],
            "call": str(call.call_id),
            "input_sha256": recording.input_digest,
        }
        if tool is not None:
            what |= {"tool_version": tool.version, "effect": tool.effect.value}
        if 0 < len(recording.input_json) <= _DISCLOSED_LENGTH_MAX:
            what["input"] = json.loads(recording.input_json)
        if call.parent is not None:
            what["parent"] = str(call.parent)
        if call.job is not None:
            what["job"] = str(call.job)
        return what

    def _facts(self, recording: Recording) -> list[NewEvent]:
        facts = recording.context.facts if recording.context else []
        who = {"subject": str(recording.call.principal.subject_id)}
        return [
            NewEvent(
                stream=fact.stream,
                kind=fact.kind,
                at=recording.at,
                who=who,
                what={"call": str(recording.call.call_id), **fact.body},
                expected_version=fact.expected_version,
            )
            for fact in facts
        ]


def _bounded(disclosures: dict[str, Any]) -> dict[str, Any]:
    """Return disclosures as plain values, long texts by their digest."""
    return {
        name: {"sha256": hashlib.sha256(value.encode()).hexdigest()}
        if isinstance(value, str) and len(value) > _DISCLOSED_LENGTH_MAX
        else plain(value)
        for name, value in disclosures.items()
    }


def _credential(principal: Principal) -> dict[str, str]:
    """Name the session or key that the caller came in with, if any."""
    return {} if principal.credential_id is None else {"credential": str(principal.credential_id)}


def _attempt(afterwards: Callable[[], object]) -> None:
    try:
        afterwards()
    except Exception:  # noqa: BLE001 - it is recorded; what follows may not undo that
        _log.exception("what follows a recorded call failed")


def _to_json(request: BaseModel) -> str:
    return request.model_dump_json(context=DIGESTS_ONLY)


def _holds_a_file(request: BaseModel) -> bool:
    return any(isinstance(value, Blob) and value.path is not None for _, value in request)

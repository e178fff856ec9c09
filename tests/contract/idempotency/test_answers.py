"""What every keeper of first answers does."""

import asyncio
import dataclasses
import uuid
from typing import Any

import pytest

from morello.identity.approvals import Decision
from morello.kernel.errors import ApprovalRequired, Conflict
from morello.kernel.principal import Effect
from morello.pipeline.idempotency import answers, postgres_answers
from morello.pipeline.idempotency.answers import LIFETIME

from .conftest import Made, Site


async def test_another_process_gives_the_first_answer_again(site: Site) -> None:
    first = await site.answer()
    again = await site.answer()
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.event_id, again.call_id) == (first.event_id, first.call_id)
    assert again.output == first.output
    assert isinstance(again.output, Made)
    assert site.effects.runs == await site.effects.count(site.organization_id) == 1
    kinds = [each.kind for each in site.log.events]
    assert kinds == ["thing.made", "call.succeeded", "call.repeated"]


async def test_a_key_used_for_something_else_is_a_conflict(site: Site) -> None:
    await site.answer()
    with pytest.raises(Conflict, match="k"):
        await site.answer(given={"name": "b"})
    with pytest.raises(Conflict):
        await site.answer("test.show")


async def test_a_key_is_its_owner_s(site: Site) -> None:
    await site.answer()
    assert not (await site.answer(subject_id=uuid.UUID(int=8))).repeated
    site.organization_id = uuid.UUID(int=2)
    assert not (await site.answer()).repeated


@pytest.mark.parametrize("key", ["\x00", "\udc80", "' or true --", "키", "k" * 200])
async def test_a_key_may_be_any_text(site: Site, key: str) -> None:
    await site.answer(key=key)
    assert (await site.answer(key=key)).repeated


async def test_an_answer_is_forgotten_after_a_day(site: Site) -> None:
    await site.answer()
    site.clock.advance(LIFETIME.total_seconds() - 1)
    assert (await site.answer()).repeated
    site.clock.advance(1)
    assert not (await site.answer()).repeated
    assert (await site.answer()).repeated


@pytest.mark.parametrize("name", ["test.show", "test.draw"])
async def test_what_is_shown_once_is_never_kept(site: Site, name: str) -> None:
    first = await site.answer(name)
    assert first.output is not None
    with pytest.raises(Conflict, match="not given again"):
        await site.answer(name)
    assert site.effects.runs == 1
    assert "canary-secret" not in await everything_kept(site)


async def test_a_call_that_failed_frees_its_key(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(site.effects, "do", broken)
    with pytest.raises(Exception, match="broke"):
        await site.answer()
    monkeypatch.undo()
    assert not (await site.answer()).repeated


async def test_old_keys_make_room(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (answers, postgres_answers):
        monkeypatch.setattr(module, "KEYS_MAX", 3)
    monkeypatch.setattr(postgres_answers, "_SWEEP_EACH", 1)
    for number in range(9):
        await site.answer(key=f"k{number}")
        site.clock.advance(1)
    assert (await site.answer(key="k8")).repeated
    assert not (await site.answer(key="k0")).repeated


async def test_two_in_one_process_do_the_work_once(site: Site) -> None:
    process = site.process()
    replies = await asyncio.gather(*(process.call(site.call()) for _ in range(5)))
    assert len({each.event_id for each in replies}) == 1
    assert site.effects.runs == 1


async def test_a_call_that_was_approved_may_be_made_again_with_its_key(site: Site) -> None:
    process, careful = site.process(), frozenset(Effect)
    approvals = process.authority.approvals
    call = site.call()
    principal = call.principal.model_copy(update={"approval_for": careful})
    call = dataclasses.replace(call, principal=principal)
    with pytest.raises(ApprovalRequired) as asked:
        await process.call(call)
    approval = uuid.UUID(asked.value.message.parameters["approval"])
    admin = principal.model_copy(update={"subject_id": uuid.UUID(int=99)})
    await approvals.decide(admin, approval, Decision.APPROVED)
    call = dataclasses.replace(call, approval=approval)
    first, again = await process.call(call), await process.call(call)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.event_id == first.event_id
    with pytest.raises(Conflict):
        await process.call(dataclasses.replace(call, idempotency_key="another"))
    with pytest.raises(Conflict):
        await process.call(dataclasses.replace(call, idempotency_key=None))
    assert site.effects.runs == 1


async def everything_kept(site: Site) -> str:
    if site.database is None:
        return repr(vars(site.answers))
    query = "select * from idempotency_key"
    rows: list[dict[str, Any]] = await site.database.fetch(site.organization_id, query)
    assert rows
    return repr(rows)

import asyncio
import uuid

import pytest

from morello.kernel.errors import Conflict, Fault, InvalidInput

from .conftest import Corridor, someone


async def test_the_same_key_gets_the_first_answer_again(corridor: Corridor) -> None:
    first = await corridor.call("test.write", idempotency_key="k")
    again = await corridor.call("test.write", idempotency_key="k")
    assert (first.repeated, again.repeated) == (False, True)
    assert again.event_id == first.event_id
    assert corridor.counter.calls == 1
    assert corridor.log.kinds == ["thing.written", "call.succeeded", "call.repeated"]
    assert corridor.log.events[-1][1].result["first"] == str(first.event_id)


async def test_two_at_once_do_the_work_once(corridor: Corridor) -> None:
    calls = [corridor.call("test.write", idempotency_key="k") for _ in range(5)]
    replies = await asyncio.gather(*calls)
    assert len({reply.event_id for reply in replies}) == 1
    assert corridor.counter.calls == 1


async def test_a_key_used_for_something_else_is_a_conflict(corridor: Corridor) -> None:
    await corridor.call("test.write", idempotency_key="k")
    with pytest.raises(Conflict):
        await corridor.call("test.write", "other", idempotency_key="k")


async def test_a_failed_call_frees_its_key(corridor: Corridor) -> None:
    for _ in range(2):
        with pytest.raises(Fault):
            await corridor.call("test.write", "break", idempotency_key="k")
    assert corridor.counter.calls == 2


async def test_another_person_s_key_is_another_key(corridor: Corridor) -> None:
    await corridor.call("test.write", idempotency_key="k")
    other = someone(subject_id=uuid.UUID(int=70))
    assert not (await corridor.call("test.write", idempotency_key="k", principal=other)).repeated


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_has_a_length(corridor: Corridor, key: str) -> None:
    with pytest.raises(InvalidInput):
        await corridor.call("test.write", idempotency_key=key)

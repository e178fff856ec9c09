import asyncio

import pytest

from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.errors import Cancelled, Fault, Forbidden, InvalidInput, NotFound, TimedOut
from morello.kernel.permission import Role
from morello.kernel.values import DataRef

from .conftest import OTHER_ORGANIZATION, Corridor, someone


async def test_a_call_runs_and_is_recorded_once(corridor: Corridor) -> None:
    reply = await corridor.call("test.echo")
    assert reply.output.text == "hi"
    assert corridor.log.kinds == ["call.succeeded"]
    organization_id, event = corridor.log.events[0]
    assert (event.id, organization_id) == (reply.event_id, someone().organization_id)
    assert event.what["tool"] == "test.echo"
    assert event.what["input"] == {"text": "hi", "data": None, "sql": None}
    assert event.personal["name"] == "Ada"
    assert "Ada" not in str(event.who)


async def test_facts_come_before_their_call_in_one_append(corridor: Corridor) -> None:
    await corridor.call("test.write")
    assert corridor.log.kinds == ["thing.written", "call.succeeded"]


async def test_a_fault_hides_its_cause_and_its_facts_never_happened(corridor: Corridor) -> None:
    with pytest.raises(Fault) as caught:
        await corridor.call("test.write", "break")
    assert "secret" not in str(caught.value)
    assert corridor.log.kinds == ["call.failed"]


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [("test.nothing", "a", NotFound), ("test.echo", "much too long", InvalidInput)],
)
async def test_a_refused_call_is_recorded_too(
    corridor: Corridor, name: str, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await corridor.call(name, text)
    assert corridor.log.kinds == ["call.refused"]


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\\\x00"])
async def test_a_text_with_nul_is_refused(corridor: Corridor, text: str) -> None:
    with pytest.raises(InvalidInput, match="NUL"):
        await corridor.call("test.echo", text)
    assert corridor.log.kinds == ["call.refused"]


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000"])
async def test_the_name_of_nul_is_a_text_like_any_other(corridor: Corridor, text: str) -> None:
    assert (await corridor.call("test.echo", text)).output.text == text


async def test_a_wrong_name_suggests_the_right_one(corridor: Corridor) -> None:
    with pytest.raises(NotFound, match=r"test\.echo"):
        await corridor.call("test.ecko")


async def test_without_the_right_nobody_learns_which_datasets_exist(corridor: Corridor) -> None:
    guest = someone(Role.GUEST)
    for dataset in ("orders", "nothing"):
        with pytest.raises(Forbidden):
            await corridor.call("test.echo", principal=guest, given={"text": "a", "data": dataset})


async def test_another_organization_has_no_such_dataset(corridor: Corridor) -> None:
    stranger = someone(organization_id=OTHER_ORGANIZATION)
    with pytest.raises(NotFound):
        await corridor.call("test.echo", principal=stranger, given={"text": "a", "data": "orders"})
    assert corridor.log.events[0][0] == OTHER_ORGANIZATION


async def test_sql_pins_the_datasets_it_names(corridor: Corridor) -> None:
    await corridor.call("test.echo", given={"text": "a", "sql": "select * from orders"})
    assert corridor.log.events[0][1].versions["datasets"] == {"orders": "a" * 64}


async def test_the_same_question_is_answered_from_memory_and_still_recorded(
    corridor: Corridor,
) -> None:
    given = {"text": "a", "data": "orders"}
    first = await corridor.call("test.cached", given=given)
    second = await corridor.call("test.cached", given=given)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert corridor.counter.calls == 1
    assert corridor.log.kinds == ["call.succeeded"] * 2


async def test_a_new_version_is_a_new_question(corridor: Corridor) -> None:
    given = {"text": "a", "data": "orders"}
    await corridor.call("test.cached", given=given)
    corridor.pinner.version = "b" * 64
    assert not (await corridor.call("test.cached", given=given)).from_cache


async def test_progress_comes_before_the_reply(corridor: Corridor) -> None:
    call = Call(tool="test.steps", given={"text": "a"}, principal=someone())
    items = [item async for item in corridor.pipeline.stream(call)]
    assert [type(item) for item in items] == [Progress, Progress, Progress, Reply]


async def test_a_nested_call_is_recorded_under_its_parent(corridor: Corridor) -> None:
    reply = await corridor.call("test.parent", "test.echo")
    assert reply.output.text == "child"
    child, parent = (event for _, event in corridor.log.events)
    assert child.what["parent"] == parent.what["call"]


async def test_a_nested_call_is_authorized(corridor: Corridor) -> None:
    with pytest.raises(Forbidden):
        await corridor.call("test.parent", "test.write", principal=someone(Role.VIEWER))
    assert corridor.log.kinds == ["call.refused", "call.refused"]


async def test_a_tool_that_calls_itself_for_ever_is_stopped(corridor: Corridor) -> None:
    with pytest.raises(InvalidInput, match="deep"):
        await corridor.pipeline.call(
            Call(tool="test.echo", given={"text": "a"}, principal=someone(), depth=17)
        )


async def test_cancel_before_and_while_it_runs(corridor: Corridor) -> None:
    before = Cancellation()
    before.cancel()
    with pytest.raises(Cancelled):
        await corridor.call("test.echo", cancellation=before)
    assert corridor.counter.calls == 0

    corridor.counter.gate.clear()
    during = Cancellation()
    task = asyncio.create_task(corridor.call("test.echo", cancellation=during))
    await corridor.counter.started.wait()
    during.cancel()
    with pytest.raises(Cancelled):
        await task
    assert corridor.log.kinds == ["call.failed", "call.failed"]


async def test_a_watcher_who_leaves_stops_the_work_and_it_is_recorded(corridor: Corridor) -> None:
    corridor.counter.gate.clear()
    stream = corridor.pipeline.stream(
        Call(tool="test.steps", given={"text": "a"}, principal=someone())
    )
    assert isinstance(await anext(stream), Progress)
    await stream.aclose()  # type: ignore[attr-defined] # it is a generator
    assert corridor.log.kinds == ["call.failed"]


async def test_a_tool_over_its_time_is_stopped(corridor: Corridor) -> None:
    with pytest.raises(TimedOut):
        await corridor.call("test.slow")


async def test_a_data_reference_reads_as_text() -> None:
    assert DataRef.model_validate("orders@abc") == DataRef(dataset="orders", version="abc")

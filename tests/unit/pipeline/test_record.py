import pytest

from morello.identity.refused.strangers import RECORDED_PER_MINUTE_MAX
from morello.kernel.errors import Unauthenticated
from morello.kernel.principal import NOBODY, Origin
from morello.ledger.memory import MemoryLog
from morello.pipeline.record import Recorder
from morello.storage.keys import MasterKeys

from .conftest import ORGANIZATION, Corridor


@pytest.fixture
def log(corridor: Corridor) -> MemoryLog:
    """A real log in the place of the fake one."""
    log = MemoryLog(MasterKeys.random())
    recorder = Recorder(log=log, clock=corridor.clock)
    object.__setattr__(corridor.pipeline, "recorder", recorder)
    return log


async def test_a_real_log_takes_what_is_recorded(corridor: Corridor, log: MemoryLog) -> None:
    reply = await corridor.call("test.write")
    event = await log.event(ORGANIZATION, reply.event_id)
    assert (event.kind, event.what["tool"]) == ("call.succeeded", "test.write")
    assert (await log.receipt(ORGANIZATION, reply.event_id)).verify().ok
    assert (await log.verify(ORGANIZATION)).ok


@pytest.mark.slow
async def test_a_long_query_is_recorded_by_its_digest(corridor: Corridor, log: MemoryLog) -> None:
    sql = "select 1 from orders" + " union select 1 from orders" * 4_000
    given = {"text": "a", "sql": sql}
    reply = await corridor.call("test.disclose", given=given)
    event = await log.event(ORGANIZATION, reply.event_id)
    assert len(event.query["sql"]["sha256"]) == 64
    assert "input" not in event.what
    assert len(event.what["input_sha256"]) == 64


async def test_a_call_that_has_no_address_seals_none(corridor: Corridor, log: MemoryLog) -> None:
    reply = await corridor.call("test.echo")
    assert set((await log.event(ORGANIZATION, reply.event_id)).personal) == {"name"}


async def test_strangers_cannot_fill_the_ledger(corridor: Corridor) -> None:
    for _ in range(RECORDED_PER_MINUTE_MAX + 5):
        with pytest.raises(Unauthenticated):
            await corridor.call("test.echo", principal=NOBODY, origin=Origin(address="192.0.2.1"))
    assert len(corridor.log.events) == RECORDED_PER_MINUTE_MAX
    with pytest.raises(Unauthenticated):
        await corridor.call("test.echo", principal=NOBODY, origin=Origin(address="192.0.2.2"))
    assert len(corridor.log.events) == RECORDED_PER_MINUTE_MAX + 1

"""The history of one thing, a page at a time."""

from collections.abc import Callable

from morello.kernel.context import Context
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.tools.audit.history import HistoryRequest, history


async def test_it_is_read_in_pages(
    log: MemoryLog, asking: Callable[..., Context], call_of: Callable[..., NewEvent]
) -> None:
    context = asking()
    events = [call_of(context, stream=("a", "b")[place % 2]) for place in range(10)]
    await log.append(context.principal.organization_id, events)
    first = await history.run(HistoryRequest(stream="a", limit=3), context, log)
    assert [each.version for each in first.events] == [1, 2, 3]
    assert first.next_after == 3
    second = await history.run(HistoryRequest(stream="a", after=3, limit=3), context, log)
    assert [each.version for each in second.events] == [4, 5]
    assert second.next_after is None
    nothing = await history.run(HistoryRequest(stream="nothing"), context, log)
    assert nothing.events == []

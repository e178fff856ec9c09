"""A kept projection that does not fit the log is found, and made again."""

import datetime
from collections.abc import Callable

from morello.kernel.context import Context
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.ledger.replay.call_counts import CallCounts
from morello.ledger.replay.replayer import WHOLE_LOG, Replayer
from morello.ledger.replay.snapshot import Snapshot
from morello.tools.audit.count import CountRequest, count
from morello.tools.audit.rebuild import RebuildRequest, rebuild

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


async def test_it_is_compared_and_made_again(
    log: MemoryLog, asking: Callable[..., Context], call_of: Callable[..., NewEvent]
) -> None:
    context, replayer = asking(), Replayer(log)
    organization_id = context.principal.organization_id
    for kind in ("call.succeeded", "call.succeeded", "call.refused", "dataset.created"):
        event = call_of(context, kind=kind, at=NOON, what={"tool": "data.list"})
        await log.append(organization_id, [event])
        counted = await count.run(CountRequest(), context, replayer)
    assert [each.outcomes for each in counted.counts] == [{"succeeded": 2, "refused": 1}]
    assert counted.events == 4
    assert (await rebuild.run(RebuildRequest(), context, replayer)).same

    wrong = Snapshot.of({"2026-11-20": {"data.list": {"succeeded": 9}}}, 4, NOON)
    await replayer.snapshots.forget(organization_id, WHOLE_LOG, CallCounts())
    await replayer.snapshots.keep(organization_id, WHOLE_LOG, CallCounts(), wrong)
    found = await rebuild.run(RebuildRequest(), context, replayer)
    assert (found.same, found.differences, found.events) == (False, ["2026-11-20"], 4)
    assert (await rebuild.run(RebuildRequest(), context, replayer)).same
    counted = await count.run(CountRequest(), context, replayer)
    assert [each.outcomes for each in counted.counts] == [{"succeeded": 2, "refused": 1}]

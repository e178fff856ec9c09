"""Time travel: a thing as it was."""

import datetime
from collections.abc import Callable

import pytest

from morello.kernel.context import Context
from morello.kernel.errors import InvalidInput
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.ledger.replay.replayer import Replayer
from morello.tools.audit.state import StateRequest, state

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


async def test_a_state_is_folded_to_a_version_and_a_time(
    log: MemoryLog, asking: Callable[..., Context]
) -> None:
    context = asking()
    said = [{"name": "a", "rows": 1, "call": "1"}, {"rows": 2, "call": "2"}, {"name": "b"}]
    events = [
        NewEvent(stream="s", kind="x", at=NOON + datetime.timedelta(hours=place), what=what)
        for place, what in enumerate(said)
    ]
    await log.append(context.principal.organization_id, events)
    expected = [{}, {"name": "a", "rows": 1}, {"name": "a", "rows": 2}, {"name": "b", "rows": 2}]
    for version, fields in enumerate(expected):
        at = NOON + datetime.timedelta(hours=version - 0.5)
        for request in (StateRequest(stream="s", version=version), StateRequest(stream="s", at=at)):
            found = await state.run(request, context, Replayer(log))
            assert (found.state, found.version) == (fields, version)
    with pytest.raises(InvalidInput):
        await state.run(StateRequest(stream="s", version=1, at=NOON), context, Replayer(log))

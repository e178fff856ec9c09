"""Who gets whose receipt."""

from collections.abc import Callable

import pytest

from morello.kernel.context import Context
from morello.kernel.errors import NotFound
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.permission import Role
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.ledger.proof.claim import GROUPS
from morello.tools.audit.receipt import ReceiptRequest, receipt

Asking = Callable[..., Context]
CallOf = Callable[..., NewEvent]


async def test_everybody_gets_receipts_of_their_own_calls(
    log: MemoryLog, asking: Asking, call_of: CallOf
) -> None:
    for role in Role:
        me = asking(role)
        event = call_of(me)
        await log.append(LOCAL_ORGANIZATION, [event, call_of(asking())])
        for request in (ReceiptRequest(event=event.id), ReceiptRequest()):
            reply = await receipt.run(request, me, log=log)
            assert reply.verify().event_id == event.id


async def test_other_peoples_are_for_those_who_read_the_audit_trail(
    log: MemoryLog, asking: Asking, call_of: CallOf
) -> None:
    event = call_of(asking())
    await log.append(LOCAL_ORGANIZATION, [event])
    request = ReceiptRequest(event=event.id)
    assert (await receipt.run(request, asking(Role.ORG_ADMIN), log=log)).verify().ok
    for role in (Role.DATA_SCIENTIST, Role.VIEWER, Role.GUEST):
        with pytest.raises(NotFound, match=str(event.id)):
            await receipt.run(request, asking(role), log=log)


async def test_another_organizations_are_not_there(
    log: MemoryLog, asking: Asking, call_of: CallOf
) -> None:
    me = asking()
    event = call_of(me)
    await log.append(LOCAL_ORGANIZATION, [event])
    elsewhere = asking(Role.ORG_ADMIN, organization_id=new_id(), subject_id=me.principal.subject_id)
    for request in (ReceiptRequest(event=event.id), ReceiptRequest()):
        with pytest.raises(NotFound):
            await receipt.run(request, elsewhere, log=log)


async def test_the_newest_is_a_call_that_succeeded(
    log: MemoryLog, asking: Asking, call_of: CallOf
) -> None:
    me = asking()
    with pytest.raises(NotFound, match="no call yet"):
        await receipt.run(ReceiptRequest(), me, log=log)
    wanted = call_of(me)
    later = [call_of(me, kind="call.refused"), call_of(me, kind="dataset.made")]
    await log.append(LOCAL_ORGANIZATION, [call_of(me), wanted, *later])
    reply = await receipt.run(ReceiptRequest(), me, log=log)
    assert reply.verify().event_id == wanted.id


async def test_only_what_is_chosen_is_disclosed(
    log: MemoryLog, asking: Asking, call_of: CallOf
) -> None:
    me = asking()
    await log.append(LOCAL_ORGANIZATION, [call_of(me)])
    reply = await receipt.run(ReceiptRequest(disclose=["who", "place"]), me, log=log)
    assert set(reply.verify().claims) == {"who", "place"}
    everything = await receipt.run(ReceiptRequest(), me, log=log)
    assert set(everything.verify().claims) == set(GROUPS)

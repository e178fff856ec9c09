"""A checkpoint to keep, and the proof that a newer one continues it."""

from collections.abc import Callable

from morello.kernel.context import Context
from morello.ledger.event import NewEvent
from morello.ledger.memory import MemoryLog
from morello.ledger.proof import base64_text
from morello.ledger.proof.checkpoint import Checkpoint
from morello.ledger.proof.merkle import check_consistency
from morello.tools.audit.check_log import CheckLogRequest, check_log
from morello.tools.audit.checkpoint import CheckpointRequest, SignedCheckpoint, checkpoint


def root(signed: SignedCheckpoint) -> bytes:
    return Checkpoint.parse(signed.note.split("\n\n")[0] + "\n").root


async def test_a_newer_one_continues_an_older_one(
    log: MemoryLog, asking: Callable[..., Context], call_of: Callable[..., NewEvent]
) -> None:
    context = asking()
    organization_id = context.principal.organization_id
    await log.append(organization_id, [call_of(context) for _ in range(5)])
    old = await checkpoint.run(CheckpointRequest(), context, log)
    await log.append(organization_id, [call_of(context) for _ in range(8)])
    new = await checkpoint.run(CheckpointRequest(since=old.size), context, log)
    proof = [base64_text.decode(each) for each in new.consistency]
    check_consistency(5, 13, proof, root(old), root(new))


async def test_the_whole_log_is_checked_step_by_step(
    log: MemoryLog, asking: Callable[..., Context], call_of: Callable[..., NewEvent]
) -> None:
    context = asking()
    organization_id = context.principal.organization_id
    await log.append(organization_id, [call_of(context) for _ in range(5)])
    progress, verdict = [each async for each in check_log.run(CheckLogRequest(), context, log)]
    assert (progress.share, verdict.ok) == (1.0, True)
    log._books[organization_id].records[2].bodies["what"] = b'{"x":1}'
    *_, verdict = [each async for each in check_log.run(CheckLogRequest(), context, log)]
    assert not verdict.ok

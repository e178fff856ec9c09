"""Admit: rate, slots, a bounded queue, and the first answer again for a known idempotency key.

Never piles up: what cannot run soon is refused with the time to come back after.
A nested call takes no rate token and no slot, else parents would wait for children for ever.
"""

import contextlib
import dataclasses
from collections.abc import AsyncGenerator

from morello.identity.quotas import MemoryQuotas
from morello.kernel.caller import Call, Reply
from morello.kernel.clock import Clock
from morello.kernel.context import Context
from morello.kernel.principal import Effect, Kind
from morello.kernel.protocols.quotas import Quotas
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool
from morello.pipeline.idempotency.answers import Answers, MemoryAnswers
from morello.pipeline.idempotency.key import Key
from morello.pipeline.idempotency.turns import Turns
from morello.pipeline.rate import Rate
from morello.pipeline.slots import Slots


@dataclasses.dataclass(slots=True)
class Ticket:
    """A place in the corridor."""

    reply: Reply | None = None
    """What this call answers. Set already when its idempotency key was seen: then do not run."""
    key: Key | None = None
    answers: Answers | None = None

    async def keep(self, reply: Reply, context: Context) -> None:
        """Keep the answer for the call's idempotency key, if it has one. Raises Conflict."""
        if self.key is not None and self.answers is not None:
            await self.answers.keep(self.key, reply, context)

    async def first(self, tool: Tool) -> Reply | None:
        """Return the first answer of the call's idempotency key. Raises Conflict."""
        if self.key is None or self.answers is None:
            return None
        return await self.answers.find(self.key, tool)


class Admission:
    """Lets calls in, per organization; remembers only those that have calls."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        quotas: Quotas | None = None,
        answers: Answers | None = None,
        *,
        sharing: int = 1,
    ) -> None:
        """Take the limits; `sharing` processes divide those of each organization among them."""
        self._quotas = quotas or MemoryQuotas(settings)
        self._answers = answers or MemoryAnswers(clock)
        self._rate = Rate(clock)
        self._turns = Turns(settings.queue_wait_s)
        self._slots = Slots(queue_max=settings.queue_max, wait_s=settings.queue_wait_s)
        self._streams = Slots(queue_max=0, wait_s=settings.queue_wait_s)
        self._streams_max = settings.streams_max
        self._sharing = sharing

    def figures(self) -> dict[str, float]:
        """Return how many hold a place, and how many wait for one."""
        running, waiting = self._slots.counts()
        watching, _ = self._streams.counts()
        return {
            "calls_admitted": float(running),
            "calls_waiting": float(waiting),
            "streams": float(watching),
        }

    @contextlib.asynccontextmanager
    async def admit(self, call: Call, tool: Tool, input_digest: str) -> AsyncGenerator[Ticket]:
        """Hold a place while the block runs. Raises Busy, or Conflict for a key used otherwise."""
        slot = await self._place(call, tool)
        key = _key_of(call, tool, input_digest)
        if key is None:
            async with slot:
                yield Ticket()
            return
        ticket = Ticket(key=key, answers=self._answers)
        async with self._turns.take(key, call):
            ticket.reply = await ticket.first(tool)
            if ticket.reply is not None:
                yield ticket
                return
            async with slot:
                yield ticket

    async def first(self, call: Call, tool: Tool, input_digest: str) -> Reply | None:
        """Return the first answer of a call's idempotency key. Raises Conflict."""
        key = _key_of(call, tool, input_digest)
        return None if key is None else await self._answers.find(key, tool)

    async def _place(
        self, call: Call, tool: Tool
    ) -> contextlib.AbstractAsyncContextManager[object]:
        """Take a rate token, and return the slot to hold; a nested call and a job need neither."""
        if call.depth or call.job is not None:  # jobs waited in queues of their own
            return contextlib.nullcontext()
        organization_id, cancellation = call.principal.organization_id, call.cancellation
        quota = await self._quotas.of(organization_id)
        self._rate.take(organization_id, quota.rate_per_s / self._sharing)
        if tool.is_live:
            # Who only watches waits most of the time; nobody's work has to wait for that.
            return self._streams.hold(organization_id, self._streams_max, cancellation)
        concurrent_max = -(-quota.concurrent_max // self._sharing)
        return self._slots.hold(organization_id, concurrent_max, cancellation)


def _key_of(call: Call, tool: Tool, input_digest: str) -> Key | None:
    """Return the key that a call's first answer is kept under, if it is."""
    # All who are nobody yet are one caller to us: none may get another's first answer.
    # What only reads inside another call is read again: it may have to be another answer now.
    is_read_again = call.depth > 0 and tool.effect is Effect.READS
    if call.idempotency_key is None or call.principal.kind is Kind.NOBODY or is_read_again:
        return None
    return Key.of(call, tool, input_digest)

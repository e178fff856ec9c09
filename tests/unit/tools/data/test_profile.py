"""`data.profile` has the pinned rows profiled, tells how far that is, and stops when asked."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from importlib import resources
from pathlib import Path

import pytest

from morello.analysis.profiling.page import ProfilePage
from morello.analysis.profiling.profiler import Profiled
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.ingest.plan import Load, Machine, plan
from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Context, Progress
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.messages import Message, catalog, render
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.values import DataRef
from morello.tools.data.profile import ProfileRequest, profile

ORDERS = DataRef(dataset="orders")


class Halves:
    """A profiler that says it is half done, and waits there when it is told to."""

    def __init__(self, *, waits: bool = False) -> None:
        self.asked: tuple[int, bool] | None = None
        self.is_over = False
        self._waits = waits

    async def profile(
        self,
        pinned: PinnedVersion,
        *,
        cancellation: Cancellation,
        report: Callable[[Progress], None],
        after: int = 0,
        is_whole: bool = False,
    ) -> Profiled:
        self.asked = (after, is_whole)
        try:
            for share in (0.5, 1.0):
                report(Progress(message=Message(id="profile.progress"), share=share))
                if self._waits:
                    await asyncio.sleep(60)
            load = Load(pinned.rows, 1, 1, is_file=False)
            return Profiled(ProfilePage(rows=pinned.rows, columns=[]), plan(load, Machine(3, 1)))
        finally:
            self.is_over = True


class Nobody:
    async def call(self, call: Call) -> Reply:
        raise NotImplementedError

    def stream(self, call: Call) -> AsyncIterator[Progress | Reply]:
        raise NotImplementedError


def a_context() -> Context:
    pinned = PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=uuid.UUID(int=1),
        dataset="orders",
        version="0" * 64,
        rows=3,
        columns=(),
        files=(),
        folder=Path("/nowhere"),
        key=b"",
        lineage=Lineage(how="import"),
    )
    return Context(
        call_id=new_id(),
        principal=LOCAL_PRINCIPAL,
        tool="data.profile",
        caller=Nobody(),
        pinned={ORDERS: pinned},
    )


async def test_it_tells_how_far_it_is_and_ends_with_the_page() -> None:
    profiler, request = Halves(), ProfileRequest(data=ORDERS, after=7, download=True)
    context = a_context()
    updates = [each async for each in profile.run(request, context, profiler)]
    assert context.disclosures["profile"] == {"workers": 1, "rows_known": 0}
    assert [each.share for each in updates if isinstance(each, Progress)] == [0.5, 1.0]
    assert isinstance(updates[-1], ProfilePage)
    assert profiler.asked == (7, True)


async def test_nothing_goes_on_when_nobody_listens() -> None:
    profiler = Halves(waits=True)
    updates = profile.run(ProfileRequest(data=ORDERS), a_context(), profiler)
    async for _ in updates:
        break
    await updates.aclose()
    assert profiler.is_over


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_note_has_words(language: str) -> None:
    parameters = {
        "columns": 3,
        "error": 0.005,
        "used": 500,
        "numbers": 600,
        "shown": 5000,
        "pairs": 9000,
        "done": 1,
        "rows": 2,
        "version": 9,
        "listed": 5,
        "expected": 4,
        "least": 0.3,
    }
    folder = resources.files("morello") / "texts/en"
    texts = [folder / name for name in ("profile.json", "summaries.json")]
    ours = [id_ for each in texts for id_ in json.loads(each.read_text(encoding="utf-8"))]
    for id_ in ours:
        assert id_ in catalog(language)
        words = render(Message(id=id_, parameters=parameters), language)
        assert "{" not in words

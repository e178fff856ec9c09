import asyncio

from morello.jobs.pool import Pool
from morello.pipeline.observe.corridor import CorridorProbe

from ..conftest import Corridor


async def test_it_tells_how_full_the_corridor_is() -> None:
    corridor, pool = Corridor(), Pool(size=1, memory_max_bytes=512 << 20)
    pipeline = corridor.pipeline
    probe = CorridorProbe(pipeline.admission, pipeline.memory, pool)
    await corridor.call("test.cached")
    figures = probe.metrics()
    assert figures["cache_answers"] == 1
    assert figures["cache_bytes"] > 0
    assert figures["calls_admitted"] == figures["calls_waiting"] == figures["worker_calls"] == 0
    assert await probe.health() is None
    await pool.close()


async def test_who_runs_is_counted() -> None:
    corridor = Corridor()
    corridor.counter.gate.clear()
    call = asyncio.create_task(corridor.call("test.echo"))
    await corridor.counter.started.wait()
    assert corridor.pipeline.admission.figures()["calls_admitted"] == 1
    corridor.counter.gate.set()
    await call
    assert corridor.pipeline.admission.figures()["calls_admitted"] == 0

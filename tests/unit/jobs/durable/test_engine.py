import asyncio
import datetime
from collections.abc import Callable

import psycopg
import pytest

from morello.jobs.durable.engine import Engine
from morello.kernel.clock import SystemClock
from morello.kernel.ids import new_id
from morello.kernel.principal import Principal
from morello.storage.postgres.server import Urls

from .conftest import Worker
from .workshop import Workshop

pytestmark = pytest.mark.slow


async def test_only_what_ended_long_ago_is_removed_from_the_queues(
    workshop: Workshop, ada: Principal, start_worker: Callable[[], Worker], ready_urls: Urls
) -> None:
    worker = start_worker()
    for text in ("one", "two"):
        await workshop.until(ada, await workshop.ask(ada, text=text))
    with psycopg.connect(ready_urls.owner, autocommit=True) as owner:
        ended = "select count(*) from dbos.workflow_status where status = 'SUCCESS'"
        async with asyncio.timeout(10):
            while owner.execute(ended).fetchall() != [(2,)]:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
    worker.kill()
    worker.wait()
    waiting = await workshop.ask(ada, text="three")
    now, engine = SystemClock().now(), Engine(ready_urls.app, new_id())
    try:
        assert await engine.forget(now - datetime.timedelta(days=1)) == 0
        assert await engine.forget(now + datetime.timedelta(days=1)) == 2
    finally:
        engine.close()
    with psycopg.connect(ready_urls.owner) as owner:
        left = owner.execute("select workflow_uuid from dbos.workflow_status").fetchall()
    assert left == [(str(waiting),)]

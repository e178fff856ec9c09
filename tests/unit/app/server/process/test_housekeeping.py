import contextlib
import datetime
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from morello.app.server.process.housekeeping import UPLOAD_KEPT_S, kept, tidy
from morello.app.server.wiring.foundation import Foundation
from morello.identity.organizations import Organizations
from morello.kernel.clock import SystemClock
from morello.kernel.ids import new_id
from morello.kernel.settings import Settings
from morello.storage.postgres.urls import Urls


@pytest.mark.slow
async def test_an_upload_that_nobody_used_goes(database_urls: Urls, tmp_path: Path) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"a,b\n"

    async with contextlib.AsyncExitStack() as stack:
        settings, clock = Settings(home=tmp_path, workers=1), SystemClock()
        on = await Foundation.open(stack, settings, clock, database_urls.app)
        organization = new_id()
        for _ in range(2):
            put = await on.uploads.put(organization, chunks(), name="a.csv", media_type="text/csv")
        folder = tmp_path / "objects" / str(organization) / str(put.id)
        long_ago = clock.now().timestamp() - UPLOAD_KEPT_S - 60
        os.utime(folder, (long_ago, long_ago))
        for each in folder.iterdir():
            os.utime(each, (long_ago, long_ago))
        async with kept(on):
            await tidy(on)
        assert not folder.exists()
        assert len(list(folder.parent.iterdir())) == 1


@pytest.mark.slow
async def test_what_opens_nothing_any_more_goes(database_urls: Urls, tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        settings, clock = Settings(home=tmp_path, workers=1), SystemClock()
        on = await Foundation.open(stack, settings, clock, database_urls.app)
        organizations = Organizations(on.database, clock)
        made = await organizations.create(name="Harbour", slug="harbour")
        for days in (-1, 1):
            async with on.database.transaction(made.id) as connection:
                await connection.execute(
                    "insert into session (organization_id, id, account_id, digest, epoch, address,"
                    " user_agent, created_at, used_at, expires_at)"
                    " values (%s, %s, %s, %s, 0, '', '', now(), now(), now() + %s)",
                    (made.id, new_id(), new_id(), str(days), datetime.timedelta(days=days)),
                )
        await tidy(on)
        left = await on.database.fetch(made.id, "select digest from session")
        assert left == [{"digest": "1"}]


@pytest.mark.slow
async def test_a_job_that_ended_long_ago_goes(database_urls: Urls, tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        settings, clock = Settings(home=tmp_path, workers=1, jobs_kept_days=30), SystemClock()
        on = await Foundation.open(stack, settings, clock, database_urls.app)
        made = await Organizations(on.database, clock).create(name="Harbour", slug="harbour")
        for tool, days in (("old.one", 31), ("new.one", 29), ("still.waiting", None)):
            state = "queued" if days is None else "failed"
            ended = None if days is None else clock.now() - datetime.timedelta(days=days)
            async with on.database.transaction(made.id) as connection:
                await connection.execute(
                    "insert into job (organization_id, id, tool, permission, pool, input, passport,"
                    " asked_by, asked_at, tries_max) values"
                    " (%s, %s, %s, 1, 'analysis', '', '', %s, now(), 3)",
                    (made.id, new_id(), tool, new_id()),
                )
                await connection.execute(
                    "update job set state = %s, ended_at = %s where tool = %s", (state, ended, tool)
                )
        await tidy(on)
        left = await on.database.fetch(made.id, "select tool from job order by tool")
        assert [each["tool"] for each in left] == ["new.one", "still.waiting"]

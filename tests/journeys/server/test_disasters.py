"""What happens to servers: the disk is full, PostgreSQL is restarted, the clock is set back."""

import contextlib
import datetime
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from morello.app.server.wiring.corridor import Corridor
from morello.app.server.wiring.foundation import Foundation
from morello.kernel.caller import Call, Reply
from morello.kernel.clock import StoppedClock
from morello.kernel.ids import new_id
from morello.kernel.permission import Role
from morello.kernel.principal import Principal
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings
from morello.kernel.values import Blob
from morello.pipeline.providers.folder import FolderTools
from morello.storage.postgres.urls import Urls

from .conftest import Person, Up
from .load import Load
from .test_kills import await_ready, check, pid_of

pytestmark = pytest.mark.slow

_DISK = "700m"
NOON = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which is soon full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:  # noqa: S603 - constants and our own folder
        pytest.skip("only root may mount a disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S603, S607 - the same


def key_of(up: Up) -> str:
    with Person(up) as head:
        head.enter(up.link)
        return str(head.done("access.create_key", name="load")["secret"]["secret"])


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with contextlib.suppress(OSError), path.open("wb") as stream:
        while True:
            stream.write(b"\0" * (1 << 20))
            stream.flush()


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(small_disk: Path) -> None:
    up = Up(small_disk / "home").start()
    try:
        key = key_of(up)
        with Load(up, key) as load:
            time.sleep(1)
            fill(small_disk / "filler")
            with Person(up, key) as person:
                health = person.http.get("/health/ready")
                assert health.status_code == 503
                assert "disk" in health.text
            time.sleep(2)
            (small_disk / "filler").unlink()
            await_ready(up)
            time.sleep(1)
        with Person(up, key) as person:
            check(person, load.kept, may_fail="disk_full")
        assert load.kept.datasets
    finally:
        up.stop()


def test_postgresql_is_restarted_under_load(tmp_path: Path) -> None:
    up = Up(tmp_path / "home", {"MORELLO_JOB_TRIES_MAX": "100"}).start()
    try:
        key = key_of(up)
        with Load(up, key) as load:
            for wish in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
                time.sleep(1)
                os.kill(pid_of(up, "postgres"), wish)  # smart, fast, immediate
                time.sleep(1)
                await_ready(up)
            time.sleep(1)
        with Person(up, key) as person:
            check(person, load.kept)
    finally:
        up.stop()


async def test_a_clock_that_is_set_back_changes_no_order(
    database_urls: Urls, tmp_path: Path
) -> None:
    clock = StoppedClock(NOON)
    registry = Registry([FolderTools()])
    async with contextlib.AsyncExitStack() as stack:
        on = await Foundation.open(
            stack, Settings(home=tmp_path, workers=1), clock, database_urls.app
        )
        corridor = Corridor.wire(on, registry, service="morello-test")
        await on.identity.bootstrap.run()
        principal = Principal(
            organization_id=new_id(), subject_id=new_id(), name="Ann", role=Role.ORG_ADMIN
        )

        async def imported(name: str) -> Reply:
            file = Blob.of("a.csv", f"a\n{name}\n".encode(), "text/csv")
            given = {"file": file, "name": name}
            call = Call(tool="data.import", given=given, principal=principal)
            return await corridor.pipeline.call(call)

        before = await imported("before")
        clock._at -= datetime.timedelta(days=400)
        after = await imported("after")
        asked = Call(tool="data.list", given={}, principal=principal)
        listed = (await corridor.pipeline.call(asked)).output
        assert {each.name for each in listed.datasets} == {"before", "after"}
        events = [each async for each in on.log.follow(principal.organization_id)]
        assert [each.position for each in events] == list(range(len(events)))
        order = [each.id for each in events]
        assert order.index(before.event_id) < order.index(after.event_id)
        assert (await on.log.verify(principal.organization_id)).ok

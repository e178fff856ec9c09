import contextlib
from pathlib import Path

import pytest

from morello.app.server.wiring.corridor import Corridor
from morello.app.server.wiring.foundation import Foundation
from morello.app.worker import parts as worker_parts
from morello.kernel.caller import Call
from morello.kernel.clock import SystemClock
from morello.kernel.errors import Unauthenticated
from morello.kernel.ids import INSTALLATION
from morello.kernel.principal import NOBODY
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings
from morello.kernel.tool import Cost
from morello.pipeline.providers.folder import FolderTools
from morello.storage.postgres.urls import Urls


@pytest.mark.slow
async def test_every_tool_finds_its_parts_and_a_stranger_nothing(
    database_urls: Urls, tmp_path: Path
) -> None:
    registry = Registry([FolderTools()])
    async with contextlib.AsyncExitStack() as stack:
        settings = Settings(home=tmp_path, workers=1)
        on = await Foundation.open(stack, settings, SystemClock(), database_urls.app)
        corridor = Corridor.wire(on, registry, service="morello-test")
        here, there = corridor.pipeline.runner.parts, worker_parts()
        for listed in registry.listed(INSTALLATION):
            tool = registry.find(listed.name, INSTALLATION)
            known = here if tool.cost is Cost.INSTANT else there
            missing = {kind.__name__ for kind in tool.parts.values()} - {
                kind.__name__ for kind in known
            }
            assert missing == set(), tool.name
        with pytest.raises(Unauthenticated):
            await corridor.pipeline.call(Call(tool="data.list", given={}, principal=NOBODY))
        assert {await each.health() for each in corridor.probes} == {None}
        assert all(each.metrics() for each in corridor.probes)
        assert not [await each.remedy() for each in corridor.probes if await each.remedy()]

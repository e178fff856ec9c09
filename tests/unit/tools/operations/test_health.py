import asyncio
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from morello.kernel.context import Context
from morello.kernel.messages import Message, render
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.protocols.observer import ErrorGroup
from morello.kernel.protocols.probe import Probes
from morello.tools.operations import health as module
from morello.tools.operations.health import Health, HealthRequest, health


class Part:
    def __init__(self, name: str, problem: Message | None = None) -> None:
        self.name, self._problem = name, problem

    async def health(self) -> Message | None:
        return self._problem

    def metrics(self) -> Mapping[str, float]:
        return {"queued": 3.0}

    async def remedy(self) -> bool:
        return False


class Silent(Part):
    async def health(self) -> Message | None:
        await asyncio.sleep(60)
        return None


class Broken(Part):
    async def health(self) -> Message | None:
        raise OSError("a secret of ours")


class NoErrors:
    needs_server = True

    def groups(self) -> Sequence[ErrorGroup]:
        return []


async def asked(*parts: Part) -> Health:
    caller: Any = None
    context = Context(
        call_id=uuid.UUID(int=1), principal=LOCAL_PRINCIPAL, tool=health.name, caller=caller
    )
    output = await health.run(HealthRequest(), context, Probes(parts), NoErrors())
    assert isinstance(output, Health)
    return output


async def test_all_is_well_when_every_part_is() -> None:
    output = await asked(Part("jobs"), Part("database"))
    assert output.is_well
    assert [each.name for each in output.parts] == ["database", "jobs"]
    assert output.parts[1].figures == {"queued": 3.0}


async def test_a_part_that_is_not_well_says_why() -> None:
    wrong = Message(id="observe.silent", parameters={"part": "jobs"})
    output = await asked(Part("jobs", wrong), Part("database"))
    assert not output.is_well
    assert [each.problem for each in output.parts] == [None, wrong]


async def test_a_part_that_is_silent_or_broken_keeps_nobody_from_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PROBE_TIMEOUT_S", 0.02)
    output = await asked(Silent("jobs"), Broken("ledger"), Part("database"))
    said = [render(each.problem) if each.problem else "" for each in output.parts]
    assert said == ["", "jobs does not answer.", "ledger cannot tell how it is (OSError)."]

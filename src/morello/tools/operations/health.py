"""`operations.health`: how every part of the installation is, and what went wrong in it."""

import asyncio
from collections.abc import Mapping

from pydantic import BaseModel, Field

from morello.kernel.context import Context
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.protocols.observer import ErrorGroup, Errors
from morello.kernel.protocols.probe import Probe, Probes
from morello.kernel.tool import Route, tool

PROBE_TIMEOUT_S = 5.0
_GROUPS_MAX = 50


class HealthRequest(BaseModel):
    """Nothing to choose."""


class PartHealth(BaseModel):
    """One part."""

    name: str = Field(description="The part.")
    problem: Message | None = Field(description="What is wrong with it; nothing when it is well.")
    figures: Mapping[str, float] = Field(description="What it tells of itself, now.")


class Health(BaseModel):
    """The installation."""

    is_well: bool = Field(description="Whether every part is well.")
    parts: list[PartHealth] = Field(description="Every part.")
    errors: list[ErrorGroup] = Field(
        description="Errors of this process since it started, of all organizations, the most"
        " frequent first."
    )


@tool(
    "operations.health",
    title={
        "en": "Show how every part of the installation is.",
        "ko": "설치된 시스템의 각 부분이 정상인지 보여줍니다.",
    },
    permission=Permission.MANAGE_INSTALLATION,
    route=Route("GET", "/api/v1/health"),
    example={},
)
async def health(
    request: HealthRequest,  # noqa: ARG001 - every tool has one
    context: Context,  # noqa: ARG001 - every tool has one
    probes: Probes,
    errors: Errors,
) -> Health:
    """Ask every part, all at once."""
    parts = await asyncio.gather(*(_asked(probe) for probe in probes.all))
    return Health(
        is_well=all(each.problem is None for each in parts),
        parts=sorted(parts, key=lambda each: each.name),
        errors=list(errors.groups())[:_GROUPS_MAX],
    )


async def _asked(probe: Probe) -> PartHealth:
    """Ask one part; one that does not answer, or breaks, is not well."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            problem = await probe.health()
        figures = dict(probe.metrics())
    except TimeoutError:
        problem, figures = Message(id="observe.silent", parameters={"part": probe.name}), {}
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are asked too
        broken = {"part": probe.name, "error": type(error).__name__}
        problem, figures = Message(id="observe.broken", parameters=broken), {}
    return PartHealth(name=probe.name, problem=problem, figures=figures)

"""What runs of a server, as it is found from outside: processes, memory, health."""

import datetime

import psutil

from morello.app.server.home import SUPERVISOR, Home, Running
from morello.kernel.messages import Message
from morello.kernel.protocols.server import Part, Status

_HEALTH_TIMEOUT_S = 5.0
_CLOCKS_APART_S = 60.0
"""A process that began this much later than was written down is another one with its number."""


async def look(home: Home) -> Status:
    """Find what runs in a home folder, without starting or changing anything."""
    folder = str(home.folder)
    running = home.running() if home.is_held else None
    if running is None:
        return Status(home=folder)
    problem = await _unhealthy(running)
    parts = [_seen(each, problem if each.name == "api" else None) for each in running.parts]
    return Status(home=folder, url=running.url, parts=parts)


def _seen(part: Part, problem: Message | None) -> Part:
    if part.pid is None:  # it runs elsewhere
        return part.model_copy(update={"problem": problem})
    try:
        process = psutil.Process(part.pid)
        if part.since is not None and not _is_same(process, part.since):
            raise psutil.NoSuchProcess(part.pid)
        return part.model_copy(
            update={
                "memory_bytes": _memory(process, whole=part.name != SUPERVISOR),
                "problem": problem,
            }
        )
    except psutil.Error:
        return part.model_copy(update={"problem": Message(id="server.gone")})


def _is_same(process: psutil.Process, since: datetime.datetime) -> bool:
    return bool(process.create_time() < since.timestamp() + _CLOCKS_APART_S)


def _memory(process: psutil.Process, *, whole: bool) -> int:
    """Return the bytes of a process, as a whole with all below it.

    What several share is divided between them, where the system knows.
    """
    total = 0
    for each in (process, *(process.children(recursive=True) if whole else ())):
        try:
            used = each.memory_full_info()
        except psutil.Error:
            continue
        total += getattr(used, "pss", used.rss)
    return total


async def _unhealthy(running: Running) -> Message | None:
    import httpx  # noqa: PLC0415 - only who asks after a server that runs

    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_HEALTH_TIMEOUT_S) as client:
            answer = await client.get(f"{running.url}/health/ready")
    except httpx.HTTPError as error:
        return Message(id="server.silent", parameters={"problem": type(error).__name__})
    if answer.is_success:
        return None
    return Message(id="server.unhealthy", parameters={"status": answer.status_code})

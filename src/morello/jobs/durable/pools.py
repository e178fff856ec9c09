"""Pools: the queues that jobs wait in, so that long work of one kind does not hold up another."""

import dataclasses

POOLS = ("analysis", "modelling", "drawing")
SUSPECT = "suspect"
"""Where jobs go whose workers ended twice: each runs with no other suspect beside it."""

_OFTEN_S, _SELDOM_S, _RARELY_S = 0.25, 0.5, 1.0

_OF_ROOM = {"models": "modelling", "charts": "drawing", "reports": "drawing"}


def pool_of(tool: str) -> str:
    """Return the pool of a tool, by its room."""
    return _OF_ROOM.get(tool.partition(".")[0], "analysis")


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """How many jobs of a queue one worker process runs at once."""

    all: int
    per_organization: int
    """Fewer than all of them, so that no organization starves another."""
    look_every_s: float
    """How often a worker looks for work: what that costs, it costs while there is none as well."""


def places(queue: str, at_once_max: int) -> Places:
    """Return the limits of a queue."""
    if queue == SUSPECT:
        return Places(1, 1, _RARELY_S)
    often_s = _OFTEN_S if queue == POOLS[0] else _SELDOM_S
    return Places(at_once_max, max(1, at_once_max - 1), often_s)

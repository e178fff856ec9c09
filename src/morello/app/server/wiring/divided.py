"""What one of several API processes may use of what the site allows all of them together."""

import os

from morello.kernel.settings import Settings


def divided(settings: Settings, sharing: int) -> Settings:
    """Return the settings of one of `sharing` processes; every limit leaves room for one at least.

    What holds per organization is divided where it is looked up, in admission: an organization may
    have limits of its own.
    """
    if sharing == 1:
        return settings
    workers = settings.workers or os.cpu_count() or 1
    return settings.model_copy(
        update={
            "workers": -(-workers // sharing),
            "queue_max": -(-settings.queue_max // sharing),
            "streams_max": -(-settings.streams_max // sharing),
            "cache_bytes_max": settings.cache_bytes_max // sharing,
        }
    )

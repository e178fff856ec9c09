"""How long a disk takes to sync."""

import os
import time
from pathlib import Path


def sync_ms(folder: Path) -> float:
    """Return how long the disk takes to sync a page, in the middle of 200 times."""
    descriptor = os.open(folder / "sync", os.O_RDWR | os.O_CREAT)
    took: list[float] = []
    for _ in range(200):
        os.pwrite(descriptor, os.urandom(8192), 0)
        started = time.perf_counter()
        os.fdatasync(descriptor)
        took.append(time.perf_counter() - started)
    os.close(descriptor)
    return round(sorted(took)[100] * 1e3, 3)

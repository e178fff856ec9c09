"""What a piece of work took: time, processor time and memory of the process that did it."""

import resource
import sys
import time
from typing import Any

_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
"""What getrusage(2) counts the resident size in."""


class Spent:
    """Measures from when it is made."""

    def __init__(self) -> None:
        self._start_s = time.perf_counter()
        self._cpu_s = time.process_time()

    def part(self) -> dict[str, Any]:
        """Return it as the fields of a `Part`; the memory is the most the process ever held."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "start_s": self._start_s,
            "seconds": time.perf_counter() - self._start_s,
            "figures": {
                "cpu_s": time.process_time() - self._cpu_s,
                "memory_bytes_max": usage.ru_maxrss * _RSS_UNIT_BYTES,
            },
        }

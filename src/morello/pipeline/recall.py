"""Recall: an answer given before to the same question about the same data."""

import dataclasses
import hashlib
from typing import Self

from moka_py import Moka
from pydantic import BaseModel

from morello.kernel.context import Context
from morello.kernel.tool import Tool


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What makes two calls the same question.

    Organization + tool version + input + pinned versions + rule fingerprint: a new version of the
    data or a changed rule is simply another question, so nothing goes stale.
    """

    digest: str
    ttl_s: float
    """How long an answer may be kept; 0 is not at all."""

    @classmethod
    def of(cls, tool: Tool, context: Context, input_digest: str) -> Self:
        """Name the question that a call asks."""
        if tool.cached is None or not all(each.repeatable for each in context.pinned.values()):
            return cls("", 0.0)
        parts = [
            context.principal.organization_id.hex,
            tool.name,
            tool.version,
            input_digest,
            context.rules_fingerprint,
            *sorted(f"{each.dataset_id.hex}={each.version}" for each in context.pinned.values()),
        ]
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        return cls(digest, tool.cached.ttl_s)


OBJECTS_SHARE = 8
"""Bytes that an answer takes in memory, about, for each byte of its JSON."""
ENTRY_BYTES = 1 << 10
"""Bytes that the smallest answer takes."""


class Memory:
    """The result cache of this process, bounded in bytes."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._answers: Moka[str, tuple[BaseModel, int]] = Moka(
            max(1, bytes_max), weigher=lambda _, kept: min(kept[1], (1 << 32) - 1)
        )

    def recall(self, question: Question) -> BaseModel | None:
        """Return the kept answer, or None."""
        if not question.ttl_s:
            return None
        kept = self._answers.get(question.digest)
        return kept[0] if kept else None

    def keep(self, question: Question, output: BaseModel, size: int) -> None:
        """Keep an answer whose JSON has `size` bytes."""
        taken = ENTRY_BYTES + OBJECTS_SHARE * size
        if question.ttl_s and taken <= self._bytes_max:
            self._answers.set(question.digest, (output, taken), ttl=question.ttl_s)
            self._answers.run_pending_tasks()  # evict now, not some time later

    def figures(self) -> dict[str, float]:
        """Return how many answers are kept, and about how much memory they take."""
        return {
            "cache_answers": float(self._answers.count()),
            "cache_bytes": float(self._answers.weighted_size()),
        }

    def clear(self) -> None:
        """Forget every answer."""
        self._answers.clear()

"""A unit of work: what one call writes is kept together with its record, or not at all."""

import contextlib
from collections.abc import Generator
from typing import Protocol


class Unit(Protocol):
    """One call's writes. `commit` and `rollback` may be called when nothing was written."""

    @property
    def statements(self) -> int:
        """Database statements made so far, to find N+1 patterns."""
        ...

    def entered(self) -> contextlib.AbstractContextManager[None]:
        """While the block lasts, whoever asks for a transaction gets this unit's."""
        ...

    async def commit(self) -> None:
        """Keep what was written."""
        ...

    async def rollback(self) -> None:
        """Undo what was written and not committed."""
        ...


class NoUnit:
    """Where writes cannot be undone: local mode, which keeps nothing anyway."""

    statements = 0

    @contextlib.contextmanager
    def entered(self) -> Generator[None]:
        """Change nothing."""
        yield

    async def commit(self) -> None:
        """Nothing waits to be kept."""

    async def rollback(self) -> None:
        """Nothing can be undone."""

"""Rules for one caller on one dataset, and the port that knows them."""

import hashlib
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from morello.kernel.principal import Principal


class Rules(BaseModel):
    """What one caller may see of one dataset. Empty rules hide nothing."""

    model_config = ConfigDict(frozen=True)

    row_filter: str | None = None
    """A SQL condition over the dataset's columns; rows for which it is not true are hidden."""
    hidden_columns: frozenset[str] = frozenset()
    """Columns that do not exist for this caller."""
    masked_columns: frozenset[str] = frozenset()
    """Columns whose values this caller sees as NULL."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits that are equal exactly when the rules are."""
        parts = (
            self.row_filter or "",
            *sorted(self.hidden_columns),
            "|",
            *sorted(self.masked_columns),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


class Policy(Protocol):
    """Knows the rules."""

    async def rules(self, principal: Principal, dataset: str) -> Rules:
        """Return the rules for a caller on a dataset."""
        ...


class OpenPolicy:
    """No rules: everybody of the organization sees every row."""

    async def rules(self, principal: Principal, dataset: str) -> Rules:  # noqa: ARG002 - the port
        """Return empty rules."""
        return Rules()

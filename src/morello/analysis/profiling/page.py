"""A page of a profile: as many columns as fit in an answer of one megabyte."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from pydantic import BaseModel, Field

from morello.analysis.methods.profile import Profile
from morello.data.ingest.plan import Division
from morello.kernel.messages import Message
from morello.kernel.values import Blob

PAGE_BYTES_MAX = 1_000_000
"""Of the answer as JSON."""
_COLUMN_BYTES = 650_000
_CORRELATION_BYTES = 250_000
"""The rest is for notes, in words, and the plan."""

Item = TypeVar("Item", bound=BaseModel)


class ProfilePage(Profile):
    """What is in a dataset, and how it was found out."""

    columns_total: int = Field(default=0, description="Columns there are, on all pages.")
    next_after: int | None = Field(
        default=None, description="What to give as `after` for the next columns."
    )
    plan: Division | None = Field(default=None, description="How the work was divided.")
    download: Blob | None = Field(
        default=None, description="The whole profile as a JSON file, where it was asked for."
    )


def page_of(whole: Profile, *, after: int) -> ProfilePage:
    """Return the columns after the first `after`; the strongest correlations on the first page."""
    columns = list(_fitting(whole.columns[after:], _COLUMN_BYTES))
    first = whole.correlations if after == 0 else []
    correlations = list(_fitting(first, _CORRELATION_BYTES))
    following = after + len(columns)
    total, notes = len(whole.columns), list(whole.notes)
    if len(columns) < total or len(correlations) < len(whole.correlations):
        shown = {"shown": len(columns), "columns": total}
        pairs = {"pairs": len(correlations), "listed": len(whole.correlations)}
        notes.append(Message(id="profile.note.page", parameters={**shown, **pairs}))
    return ProfilePage(
        rows=whole.rows,
        columns=columns,
        correlations=correlations,
        places=whole.places if after == 0 else [],
        notes=notes,
        columns_total=total,
        next_after=following if following < total else None,
    )


def _fitting(items: Iterable[Item], bytes_max: int) -> Iterator[Item]:
    """Yield items while their JSON fits; the first one always."""
    size = 0
    for each in items:
        is_first, size = size == 0, size + len(each.model_dump_json().encode()) + 1
        if size > bytes_max and not is_first:
            return
        yield each

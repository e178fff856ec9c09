"""What an output's model may hold that a door has to treat in its own way."""

import dataclasses
import functools
import typing
from typing import Any

from pydantic import BaseModel, RootModel

from morello.kernel.messages import Message
from morello.kernel.values import Blob, Table
from morello.kernel.values.credential import Credential

_NEXT = "next_"
"""How the field begins that says where the next page does: `next_after` goes into `after`."""
_DEPTH_MAX = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """What was found in a model, once per model."""

    has_words: bool
    """Whether messages may be in it, to be said in the caller's language."""
    has_credentials: bool
    cursor: str | None
    """The input's field that asks for the next page."""
    table: str | None
    """The one field that is a table; empty when the output itself is one; None for neither."""
    blobs: tuple[str, ...]

    def following(self, output: BaseModel) -> str | None:
        """Return where the next page begins, None when there is no next page."""
        place = None if self.cursor is None else getattr(output, _NEXT + self.cursor)
        return None if place is None else str(place)

    @classmethod
    def of(cls, model: type[BaseModel]) -> "Shape":
        """Return a model's shape; each model is looked at once."""
        return _shape_of(model)


@functools.lru_cache(maxsize=2048)
def _shape_of(model: type[BaseModel]) -> Shape:
    fields = model.model_fields
    tables = [name for name, each in fields.items() if _within(each.annotation, {Table}, 1)]
    own = "" if issubclass(model, Table) else None
    return Shape(
        has_words=_within(model, {Message, dict, Any}, _DEPTH_MAX),
        has_credentials=_within(model, {Credential}, _DEPTH_MAX),
        cursor=next((each.removeprefix(_NEXT) for each in fields if each.startswith(_NEXT)), None),
        table=tables[0] if len(tables) == 1 else own,
        blobs=tuple(name for name, each in fields.items() if _within(each.annotation, {Blob}, 1)),
    )


def _within(annotation: Any, wanted: set[Any], depth: int) -> bool:
    """Tell whether one of the wanted types may be in a value, at most so many models deep."""
    if annotation in wanted or typing.get_origin(annotation) in wanted:
        return True
    if any(_within(each, wanted, depth) for each in typing.get_args(annotation)):
        return True
    # A table holds plain values only, however many; a credential says nothing of itself.
    if not isinstance(annotation, type) or not issubclass(annotation, BaseModel):
        return False
    if depth == 0 or issubclass(annotation, Table | Blob | Credential):
        return False
    if issubclass(annotation, RootModel):
        return _within(annotation.model_fields["root"].annotation, wanted, depth - 1)
    inner = (each.annotation for each in annotation.model_fields.values())
    return any(_within(each, wanted, depth - 1) for each in inner)

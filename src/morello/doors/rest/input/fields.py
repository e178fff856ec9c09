"""The fields of a tool's input, as far as a door has to know them to read a request."""

import dataclasses
import functools
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from pydantic import BaseModel, RootModel

from morello.kernel.errors import InvalidInput
from morello.kernel.values import Blob

_STRUCTURES = (dict, Mapping, BaseModel)
_LISTS = (list, tuple, set, frozenset)


@dataclasses.dataclass(frozen=True, slots=True)
class Fields:
    """What a query, a form or a body may name, and how texts become values."""

    names: frozenset[str] | None
    """None where the tool takes whatever it is given."""
    files: Mapping[str, bool]
    """Fields that hold files, and whether each holds several."""
    required_files: frozenset[str]
    lists: frozenset[str]
    structures: frozenset[str]
    """Fields with an inner structure: in a query they are JSON."""

    @classmethod
    def of(cls, model: type[BaseModel]) -> "Fields":
        """Return the fields of a model; each model is looked at once."""
        return _fields_of(model)

    @property
    def one_file(self) -> str | None:
        """The field that a body of bytes is for: the one that must be a file, or the only one."""
        candidates = self.required_files or self.files.keys()
        return next(iter(candidates)) if len(candidates) == 1 else None

    def collect(self, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        """Return named texts as an input: repeated ones as lists, structures read as JSON."""
        given: dict[str, Any] = {}
        for name, text in pairs:
            if name in self.lists:
                read = self._read(name, text)
                given.setdefault(name, []).extend(read if isinstance(read, list) else [read])
            elif name in given:
                raise InvalidInput("rest.field_twice", field=name[:100])
            else:
                given[name] = self._read(name, text)
        return given

    def _read(self, name: str, text: Any) -> Any:
        if name in self.structures and isinstance(text, str) and text[:1] in {"{", "["}:
            try:
                return orjson.loads(text)
            except orjson.JSONDecodeError:
                raise InvalidInput("rest.field_json", field=name) from None
        return text

    def check(self, given: Iterable[str]) -> None:
        """Raise InvalidInput for a field that the tool does not have: it may be misspelled."""
        if self.names is None:
            return
        unknown = [name for name in given if name not in self.names]
        if unknown:
            raise InvalidInput(
                "rest.unknown_fields",
                names=[name[:100] for name in unknown[:10]],
                known=sorted(self.names),
            )


@functools.lru_cache(maxsize=2048)
def _fields_of(model: type[BaseModel]) -> Fields:
    if issubclass(model, RootModel):
        none: frozenset[str] = frozenset()
        return Fields(None, {}, none, none, none)
    known = model.model_fields
    files = {
        name: _is_any(each.annotation, _LISTS)
        for name, each in known.items()
        if _holds(each.annotation, Blob)
    }
    open_ended = model.model_config.get("extra") == "allow"
    return Fields(
        names=None if open_ended else frozenset(known),
        files=files,
        required_files=frozenset(name for name in files if known[name].is_required()),
        lists=frozenset(name for name in known if _is_any(known[name].annotation, _LISTS)),
        structures=frozenset(
            name
            for name in known
            if _is_any(known[name].annotation, _STRUCTURES + _LISTS) and name not in files
        ),
    )


def _holds(annotation: Any, kind: type) -> bool:
    return annotation is kind or any(_holds(each, kind) for each in typing.get_args(annotation))


def _is_any(annotation: Any, kinds: tuple[type, ...]) -> bool:
    """Tell whether a field is of a kind, or that or something else; not what is inside it."""
    origin = typing.get_origin(annotation)
    if origin in {typing.Union, types.UnionType, typing.Annotated}:
        return any(_is_any(each, kinds) for each in typing.get_args(annotation))
    found = origin or annotation
    return isinstance(found, type) and issubclass(found, kinds)

"""Messages: an id and parameters, rendered in the reader's language only at a door.

Digests, caches and receipts know the id and the parameters alone, so an answer is the same
answer in every language. The texts live in `morello/texts/<language>/<subject>.json`.
"""

import functools
import json
import string
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict

from morello.kernel.languages.locale import LOCALES, locale_of

LANGUAGES = tuple(LOCALES)
"""Languages that have a catalog; a text that one of them lacks is told in English."""

REVIEWED = tuple(each for each, locale in LOCALES.items() if locale.reviewed)
"""Those that say everything, in words that somebody who speaks them has read."""

UNREVIEWED = tuple(each for each, locale in LOCALES.items() if not locale.reviewed)
"""The others: readers are told so where they choose one."""

Language = Literal["en", "ko", "ja", "zh", "de", "fr", "es"]
"""The same, for the models of tools."""

DEFAULT_LANGUAGE = "en"


class Message(BaseModel):
    """What is said, without the words: `Message(id="error.not_found", parameters={...})`.

    A parameter may itself be a message, or a list of messages, rendered in its place.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    parameters: dict[str, Any] = {}


_FIELDS = {"id", "parameters"}

Words = Mapping[str, str]
"""A short text in each language, written where it belongs: `{"en": "...", "ko": "..."}`."""


def in_language(words: Words, language: str) -> str:
    """Return the words in `language`, or in English when it is missing."""
    return words.get(language) or words[DEFAULT_LANGUAGE]


@functools.cache
def catalog(language: str) -> Mapping[str, str]:
    """Return every text of one language by message id.

    Raises ValueError when two subjects define the same id.
    """
    texts: dict[str, str] = {}
    folder = resources.files("morello") / "texts" / language
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if not entry.name.endswith(".json"):
            continue
        for key, text in json.loads(entry.read_text(encoding="utf-8")).items():
            if key in texts:
                raise ValueError(f"{language}: {key} is defined twice")
            texts[key] = text
    return texts


def render(message: Message, language: str = DEFAULT_LANGUAGE) -> str:
    """Return the message in words. A text that is missing falls back to English, then to the id."""
    text = catalog(language).get(message.id) or catalog(DEFAULT_LANGUAGE).get(message.id)
    if text is None:
        return message.id
    return _Formatter(language).vformat(text, (), message.parameters)


class _Formatter(string.Formatter):
    """`str.format` with formats for people.

    `{n:n}` 12,345 or 0.1235; `{n:percent}` 12.3%; `{n:plural|row|rows}` (with a third form in the
    middle for the `many` of French and Spanish); `{d:date}` March 1, 2026; a nested Message is
    rendered, a list is joined; `{x}` alone is the plain value. All of it as the language does.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._locale = locale_of(language)

    def format_field(self, value: Any, format_spec: str) -> str:
        value = self._plain(value)
        if format_spec == "n":
            return self._locale.number(value)
        if format_spec == "percent":
            return self._locale.share(float(value))
        if format_spec == "date":
            return self._locale.day(value)
        if format_spec.startswith("plural|"):
            return self._locale.plural_form(value, format_spec.split("|")[1:])
        return str(super().format_field(value, format_spec))

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the base class's
        return kwargs.get(str(key), f"{{{key}}}")

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Message):
            return render(value, self._language)
        if isinstance(value, dict) and set(cast("dict[str, Any]", value)) == _FIELDS:
            return render(Message.model_validate(value), self._language)
        if isinstance(value, list | tuple):
            return self._locale.list_separator.join(
                str(self._plain(item)) for item in cast("list[Any]", value)
            )
        return cast("Any", value)


def number(value: Any, language: str = DEFAULT_LANGUAGE) -> str:
    """Return a number for people: thousands grouped, four significant digits when not whole."""
    return locale_of(language).number(value)

"""Text in a report: messages in the reader's language, cut to a length a page can hold."""

import dataclasses

from morello.kernel.languages.locale import locale_of
from morello.kernel.messages import DEFAULT_LANGUAGE, Message, catalog, number, render

SENTENCE_LENGTH_MAX = 1_500
NAME_LENGTH_MAX = 160
SQL_LENGTH_MAX = 4_000
_ELLIPSIS = "…"
_LEAST_SHARE = 0.001


def cut(text: str, length_max: int) -> str:
    """Return the text, with an ellipsis where it is longer than `length_max` characters."""
    return text if len(text) <= length_max else text[: length_max - 1].rstrip() + _ELLIPSIS


def percent(share: float, language: str = DEFAULT_LANGUAGE) -> str:
    """Return a share for people, to a tenth of a percent; a little is never nothing."""
    written = locale_of(language).share
    if 0 < share < _LEAST_SHARE:
        return "< " + written(_LEAST_SHARE)
    return written(round(share, 3))


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """Says things in one language."""

    language: str

    def __call__(self, identifier: str, /, **parameters: object) -> str:
        """Return one of the report's own texts: `text("title")` is `report.title`."""
        return render(Message(id=f"report.{identifier}", parameters=parameters), self.language)

    def known(self, identifier: str, otherwise: str) -> str:
        """Return one of the report's own texts, or `otherwise` where there is none: a new kind."""
        exists = f"report.{identifier}" in catalog(DEFAULT_LANGUAGE)
        return self(identifier) if exists else otherwise.replace("_", " ")

    def number(self, value: object) -> str:
        """Return a number for people."""
        return number(value, self.language)

    def of(self, message: Message) -> str:
        """Return somebody else's message."""
        return cut(render(message, self.language), SENTENCE_LENGTH_MAX)

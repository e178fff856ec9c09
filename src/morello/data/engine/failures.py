"""What DuckDB's errors become: the caller's mistake in words, or our own in the log."""

import logging
import re

from morello.kernel.errors import BadQuery, Cancelled, Fault, MorelloError, TooLarge

_logger = logging.getLogger(__name__)

_TEXT_LENGTH_MAX = 500
_SIMILAR_MAX = 5
_COLUMN = re.compile(r'Referenced column "(?P<name>.*?)" (?:was )?not found')
_FUNCTION = re.compile(r"Function with name (?P<name>\S+) does not exist")
_QUOTED = re.compile(r'"([^"]+)"')

_OUT_OF_MEMORY = "Out of Memory"
_INTERRUPTED = "INTERRUPT"
_BINDING = frozenset({"Binder", "Catalog", "Parser"})
"""Found before any row is read, so their text holds no value of a row."""
_OURS = frozenset({"IO", "Permission", "INTERNAL", "FATAL", "Connection", "Transaction"})


def translate(problem: str, *, is_guarded: bool, memory_max_bytes: int) -> MorelloError:
    """Return our error for the text of DuckDB's, which starts with its kind.

    Errors over values quote them, so with `is_guarded` (rules apply) their text is withheld.
    Goes by the text, because an error in the middle of a stream arrives as an OSError.
    """
    kind, _, sentence = problem.partition(" Error: ")
    sentence = sentence.partition("\n\nLINE ")[0].strip()  # which quotes the query and its rules
    if kind == _OUT_OF_MEMORY:
        return TooLarge("memory", memory_max_bytes=memory_max_bytes)
    if kind == _INTERRUPTED:
        return Cancelled()
    if kind in _OURS or not sentence:
        _logger.error("the engine failed: %s", problem)
        return Fault("engine")
    if kind in _BINDING:
        return _binding(sentence[:_TEXT_LENGTH_MAX])
    if is_guarded:
        return BadQuery("value_withheld")
    return BadQuery("value", problem=sentence[:_TEXT_LENGTH_MAX])


def _binding(problem: str) -> BadQuery:
    sentence, _, rest = problem.partition("\n")
    similar = _QUOTED.findall(rest)[:_SIMILAR_MAX]
    for case, pattern in (("unknown_column", _COLUMN), ("unknown_function", _FUNCTION)):
        if found := pattern.search(sentence):
            name = found["name"]
            return (
                BadQuery(case, name=name, similar=similar)
                if similar
                else BadQuery(f"{case}_only", name=name)
            )
    return BadQuery("meaning", problem=problem)

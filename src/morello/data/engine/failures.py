"""What DuckDB's errors become: the caller's mistake in words, or our own in the log."""

import difflib
import logging
import re

from morello.data.engine.plan import Plan
from morello.kernel.errors import BadQuery, Cancelled, Fault, MorelloError, TooLarge, Unavailable
from morello.storage.disk import is_disk_full

_logger = logging.getLogger(__name__)

_TEXT_LENGTH_MAX = 500
_SIMILAR_MAX = 3
_COLUMN = re.compile(
    r'Referenced column "(?P<a>.*?)" (?:was )?not found|'
    r'does not have a column named "(?P<b>.*?)"'
)
_FUNCTION = re.compile(r"Function with name (?P<name>\S+) does not exist")

_OUT_OF_MEMORY = "Out of Memory"
_INTERRUPTED = "INTERRUPT"
_BINDING = frozenset({"Binder", "Catalog", "Parser"})
"""Found before any row is read, so their text holds no value of a row."""
_OURS = frozenset({"IO", "Permission", "INTERNAL", "FATAL", "Connection", "Transaction"})
_DAMAGED = ("AES tag", "magic bytes", "Parquet file", "TProtocol", ".parquet")
"""Signs of a file that is damaged, changed, or under another key."""


def translate(problem: str, plan: Plan, *, memory_max_bytes: int) -> MorelloError:
    """Return our error for the text of DuckDB's, which starts with its kind.

    Errors over values quote them, so where rules apply their text is withheld. Goes by the text,
    because an error in the middle of a stream arrives as an OSError.
    """
    kind, _, sentence = problem.partition(" Error: ")
    sentence = sentence.partition("\n\nLINE ")[0].strip()  # which quotes the query and its rules
    if kind == _OUT_OF_MEMORY:
        return TooLarge("memory", memory_max_bytes=memory_max_bytes)
    if kind == _INTERRUPTED:
        return Cancelled()
    if kind in _BINDING:
        return _binding(sentence.partition("\n\t")[0][:_TEXT_LENGTH_MAX], plan)
    if kind in _OURS or not sentence or any(sign in sentence for sign in _DAMAGED):
        _logger.error("the engine failed: %s", problem)
        return Unavailable("disk_full") if is_disk_full(OSError(sentence)) else Fault("engine")
    if plan.is_guarded:
        return BadQuery("value_withheld")
    return BadQuery("value", problem=sentence[:_TEXT_LENGTH_MAX])


def _binding(problem: str, plan: Plan) -> BadQuery:
    if found := _COLUMN.search(problem):
        name = found["a"] or found["b"]
        similar = difflib.get_close_matches(name, plan.visible, n=_SIMILAR_MAX)
        if similar:
            return BadQuery("unknown_column", name=name, similar=similar)
        return BadQuery("unknown_column_only", name=name)
    if found := _FUNCTION.search(problem):
        return BadQuery("unknown_function_only", name=found["name"])
    return BadQuery("meaning", problem=problem)

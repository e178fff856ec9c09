"""What a server refuses, as the error it is: from `application/problem+json` (RFC 9457)."""

from typing import Any

from pydantic import ValidationError

from morello.kernel.errors import MorelloError, Unavailable, by_code, from_message
from morello.kernel.messages import Message

_LENGTH_MAX = 2_000


def error_of(problem: Any, *, status: int) -> MorelloError:
    """Return the error that a server's problem speaks of.

    A message that this version does not know keeps the words of the server.
    """
    if not isinstance(problem, dict):
        return Unavailable("server.answer", status=status)
    message = _message(problem)
    if message is not None and message.id.startswith("error."):
        return from_message(message)
    kind = by_code(str(problem.get("code")))
    error = kind()
    said = str(problem.get("detail") or problem.get("title") or status)[:_LENGTH_MAX]
    error.message = Message(id="error.server.said", parameters={"said": said})
    return error


def _message(problem: dict[str, Any]) -> Message | None:
    try:
        return Message.model_validate(problem.get("message"))
    except ValidationError:
        return None

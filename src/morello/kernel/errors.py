"""The one error tree.

    MorelloError                 code              a door's status (REST)
    ├── InvalidInput             invalid_input     422   the caller's input is wrong
    │   ├── BadFile              bad_file          422   a file cannot be read as what it claims
    │   └── BadQuery             bad_query         422   a query is refused or does not parse
    ├── Unauthenticated          unauthenticated   401   nobody we know
    ├── Forbidden                forbidden         403   known, but not allowed
    │   └── ApprovalRequired     approval_required 403   allowed once somebody approves
    ├── NotFound                 not_found         404   absent, or not yours: the same answer
    ├── Conflict                 conflict          409   somebody was faster
    ├── TooLarge                 too_large         413   over a stated limit
    ├── Busy                     busy              429   a rate, slot or queue limit; retry later
    ├── Cancelled                cancelled         499   the caller stopped it
    ├── TimedOut                 timed_out         504   over its time limit, stopped
    ├── Unavailable              unavailable       503   a part that is needed is not there
    ├── ProofFailed              proof_failed      422   a record does not match its proof
    └── Fault                    fault             500   our own mistake

Each says what happened (`error.<code>.<case>`) and what to do next (`<that id>.next`).
The caller's mistake is never a Fault, and our mistake is never anything else.
"""

from typing import Any, ClassVar

from morello.kernel.messages import Message, render


class MorelloError(Exception):
    """What every error here is: a stable code, a message by id, and what to do next.

    `BadFile("empty", name="a.csv")` has the message id `error.bad_file.empty`.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, case: str = "", /, **parameters: Any) -> None:
        super().__init__(case, parameters)
        identifier = f"error.{self.code}.{case}" if case else f"error.{self.code}"
        self.message = Message(id=identifier, parameters=parameters)

    @property
    def next_step(self) -> Message:
        """What the reader can do about it."""
        return Message(id=f"{self.message.id}.next", parameters=self.message.parameters)

    def in_words(self, language: str = "en") -> str:
        """Return the message and the next step as sentences."""
        return f"{render(self.message, language)} {render(self.next_step, language)}"

    def __str__(self) -> str:
        return self.in_words()

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message)


class InvalidInput(MorelloError):
    """The caller's input is wrong."""

    code = "invalid_input"
    status = 422


class BadFile(InvalidInput):
    """A file cannot be read as what it claims to be."""

    code = "bad_file"


class BadQuery(InvalidInput):
    """A query does not parse, or asks for what the sandbox does not allow."""

    code = "bad_query"


class Unauthenticated(MorelloError):
    """Nobody we know."""

    code = "unauthenticated"
    status = 401


class Forbidden(MorelloError):
    """Known, but not allowed."""

    code = "forbidden"
    status = 403


class ApprovalRequired(Forbidden):
    """Allowed once somebody with the right to approves; `approval` names the request."""

    code = "approval_required"


class NotFound(MorelloError):
    """Absent, or another organization's: the answer is the same."""

    code = "not_found"
    status = 404


class Conflict(MorelloError):
    """Somebody was faster, or the same key was used for something else."""

    code = "conflict"
    status = 409


class TooLarge(MorelloError):
    """Over a stated limit."""

    code = "too_large"
    status = 413


class Busy(MorelloError):
    """A rate, slot or queue limit; `retry_after_s` says when to come back."""

    code = "busy"
    status = 429

    @property
    def retry_after_s(self) -> float:
        """Seconds to wait before trying again."""
        return float(self.message.parameters.get("retry_after_s", 1.0))


class Cancelled(MorelloError):
    """The caller stopped it."""

    code = "cancelled"
    status = 499


class TimedOut(MorelloError):
    """Over its time limit, and stopped."""

    code = "timed_out"
    status = 504


class Unavailable(MorelloError):
    """A part that is needed is not there."""

    code = "unavailable"
    status = 503


class ProofFailed(MorelloError):
    """A record does not match its proof."""

    code = "proof_failed"
    status = 422


class Fault(MorelloError):
    """Our own mistake. The cause is logged under the call's id and never shown."""

    code = "fault"
    status = 500


def _subclasses(kind: type[MorelloError]) -> list[type[MorelloError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in _subclasses(child))]


def by_code(code: str) -> type[MorelloError]:
    """Return the error with this code; an unknown code is a Fault."""
    return {kind.code: kind for kind in _subclasses(MorelloError)}.get(code, Fault)


def from_message(message: Message) -> MorelloError:
    """Return the error a message came from, as when it crossed a process boundary."""
    _, code, *case = message.id.split(".", 2)
    return by_code(code)(".".join(case), **message.parameters)


def _rebuild(kind: type[MorelloError], message: Message) -> MorelloError:
    return kind(
        message.id.removeprefix(f"error.{kind.code}").removeprefix("."), **message.parameters
    )

"""The database's own troubles, in our words; what the caller did wrong stays psycopg's error."""

import psycopg
from psycopg import errors

from morello.kernel.errors import Conflict, MorelloError, TimedOut, Unavailable

STATEMENT_TIMEOUT_S = 30


class troubles_told:  # noqa: N801 - a context manager reads like a function, and this one is hot
    """Raise Unavailable, TimedOut or Conflict for the database's own troubles in a block."""

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """End it."""
        if isinstance(error, psycopg.OperationalError):
            raise _in_our_words(error) from error


def _in_our_words(error: psycopg.OperationalError) -> MorelloError:
    match error:
        case errors.QueryCanceled() | errors.LockNotAvailable():
            return TimedOut("database", timeout_s=STATEMENT_TIMEOUT_S)
        case errors.DeadlockDetected() | errors.SerializationFailure():
            return Conflict("database")
        case errors.DiskFull():
            return Unavailable("database_full")
        case _:
            return Unavailable("database")

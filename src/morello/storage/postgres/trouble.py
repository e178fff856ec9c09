"""The database's own troubles, in our words; what the caller did wrong stays psycopg's error."""

import contextlib
from collections.abc import Generator

import psycopg
from psycopg import errors

from morello.kernel.errors import Conflict, MorelloError, TimedOut, Unavailable

STATEMENT_TIMEOUT_S = 30


@contextlib.contextmanager
def troubles_told() -> Generator[None]:
    """Raise Unavailable, TimedOut or Conflict for the database's own troubles in a block."""
    try:
        yield
    except psycopg.OperationalError as error:
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

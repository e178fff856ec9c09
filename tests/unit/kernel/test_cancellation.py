import pytest

from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Cancelled


def test_listeners_are_told_once_and_only_while_they_listen() -> None:
    cancellation, told = Cancellation(), list[str]()
    with cancellation.listening(lambda: told.append("gone")):
        pass
    with cancellation.listening(lambda: told.append("here")):
        cancellation.check()
        cancellation.cancel()
        cancellation.cancel()
    with cancellation.listening(lambda: told.append("late")):
        pass
    assert told == ["here", "late"]
    with pytest.raises(Cancelled):
        cancellation.check()

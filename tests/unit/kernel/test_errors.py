import pickle

import pytest

from morello.kernel import errors
from morello.kernel.messages import Message


def test_every_error_has_its_own_code() -> None:
    kinds = errors._subclasses(errors.MorelloError)
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = errors.NotFound("dataset", name="x")
    assert error.message.id == "error.not_found.dataset"
    assert str(error).startswith("There is no dataset x.")
    assert "data.import" in str(error)


@pytest.mark.parametrize(
    "error", [errors.Cancelled(), errors.BadFile("empty", name="a.csv"), errors.Busy("rate")]
)
def test_an_error_survives_a_process_boundary(error: errors.MorelloError) -> None:
    for copy in (pickle.loads(pickle.dumps(error)), errors.from_message(error.message)):
        assert type(copy) is type(error)
        assert copy.message == error.message


def test_a_code_nobody_knows_is_our_fault() -> None:
    assert isinstance(errors.from_message(Message(id="error.strange.case")), errors.Fault)

from morello.kernel.errors import Fault
from morello.pipeline.observe.fingerprint import fingerprint


def one(text: str) -> None:
    raise ValueError(text)


def another(text: str) -> None:
    raise ValueError(text)


def fault(place: object, text: str) -> Fault:
    assert callable(place)
    try:
        place(text)
    except ValueError as error:
        found = Fault("unexpected", call=text)
        found.__cause__ = error
        return found
    raise AssertionError


def test_the_same_mistake_has_one_fingerprint_whatever_it_worked_on() -> None:
    assert fingerprint(fault(one, "a")) == fingerprint(fault(one, "b"))
    assert fingerprint(fault(one, "a")) != fingerprint(fault(another, "a"))


def test_a_fault_without_a_cause_has_one_too() -> None:
    assert len(fingerprint(Fault("output", tool="a.b", got="int"))) == 12

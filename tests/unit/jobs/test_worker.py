import json
import pickle
import sys
from collections.abc import Callable

import pytest

from morello.jobs import worker
from morello.jobs.frame import ERROR_BYTES_MAX, Kind
from morello.jobs.worker import _answer
from morello.kernel.errors import BadFile, TooLarge


def large(payload: int, report: object) -> bytes:
    return bytes(payload)


def refuse(payload: object, report: object) -> bytes:
    raise BadFile("empty", name=payload)


def run_out(payload: object, report: object) -> bytes:
    class OutOfMemoryException(Exception): ...

    raise OutOfMemoryException


def run_out_behind(payload: object, report: object) -> bytes:
    try:
        return bytes(1 << 62)
    except MemoryError as error:
        raise RuntimeError("wrapped") from error


def run_out_of_a_share(payload: object, report: object) -> bytes:
    raise TooLarge("memory", memory_max_bytes=1)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, object], tuple[Kind, bytes]]:
    monkeypatch.setitem(sys.modules, "here", sys.modules[__name__])
    return lambda function, payload: _answer(
        pickle.dumps((f"here:{function}", payload)), lambda _: None, 1000
    )


Answer = Callable[[str, object], tuple[Kind, bytes]]


def test_a_result_is_limited(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "RESULT_BYTES_MAX", 10)
    assert answer("large", 10) == (Kind.RESULT, bytes(10))
    kind, body = answer("large", 11)
    assert kind is Kind.ERROR
    assert json.loads(body)["id"] == "error.too_large.result"


def test_an_error_with_parameters_of_any_kind_is_a_message(answer: Answer) -> None:
    kind, body = answer("refuse", {1, 2})
    assert kind is Kind.ERROR
    assert json.loads(body)["id"] == "error.bad_file.empty"


def test_an_error_too_long_to_send_is_our_fault(answer: Answer) -> None:
    kind, body = answer("refuse", "x" * ERROR_BYTES_MAX)
    assert kind is Kind.FAULT
    assert len(body) <= ERROR_BYTES_MAX


@pytest.mark.parametrize("function", ["run_out", "run_out_behind", "run_out_of_a_share"])
def test_whatever_runs_out_of_memory_says_the_limit_of_the_process(
    answer: Answer, function: str
) -> None:
    kind, body = answer(function, None)
    assert kind is Kind.ERROR
    assert json.loads(body) == {
        "id": "error.too_large.memory",
        "parameters": {"memory_max_bytes": 1000},
    }

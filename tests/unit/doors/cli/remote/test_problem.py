from typing import Any

import pytest

from morello.doors.cli.remote.problem import error_of
from morello.kernel.errors import Busy, Fault, MorelloError, NotFound, Unavailable


def test_the_very_error_comes_back() -> None:
    sent = NotFound("dataset", name="orders")
    problem = {"code": "not_found", "message": sent.message.model_dump()}
    found = error_of(problem, status=404)
    assert type(found) is NotFound
    assert found.in_words("ko") == sent.in_words("ko")


@pytest.mark.parametrize(
    ("problem", "kind", "said"),
    [
        ({"code": "busy", "detail": "Too many."}, Busy, "Too many."),
        ({"code": "unheard_of", "title": "Odd."}, Fault, "Odd."),
        ({"code": "busy", "message": {"id": 5}}, Busy, "429"),
        ({"message": {"id": "not.an.error"}, "detail": "Hm."}, Fault, "Hm."),
        (None, Unavailable, "429"),
        ([], Unavailable, "429"),
    ],
)
def test_what_this_version_does_not_know_keeps_the_servers_words(
    problem: Any, kind: type[MorelloError], said: str
) -> None:
    found = error_of(problem, status=429)
    assert type(found) is kind
    assert said in str(found)

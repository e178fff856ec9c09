"""Nobody learns from an answer, nor from how long it takes, what another organization has."""

import statistics
import time
from typing import Any

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from morello.kernel.errors import NotFound
from morello.kernel.ids import new_id
from morello.kernel.permission import Role

from .conftest import Street
from .house import House

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

_SAMPLES = 150
_CHANCE_MIN = 1e-6
"""Of a difference as large as was seen, were there none: generous, for the machine is shared."""
_SHARE_MAX = 0.2
"""Of the median: a difference of less cannot be seen from outside."""

BY_ID = (
    ("jobs.get", "job", "job"),
    ("jobs.result", "job", "job"),
    ("audit.receipt", "event", "event"),
    ("access.decide_approval", "approval", "approval"),
    ("access.change_role", "member", "account"),
    ("access.remove_member", "member", "account"),
    ("access.delete_group", "group", "group"),
    ("access.revoke_key", "key", "key"),
    ("access.withdraw_invitation", "invitation", "invitation"),
    ("access.end_session", "session", "session"),
)
"""Tools that take an id: in which field, and which things it names."""

_MORE: dict[str, dict[str, Any]] = {
    "access.decide_approval": {"decision": "denied"},
    "access.change_role": {"role": "viewer"},
}

BY_NAME: tuple[tuple[str, dict[str, Any]], ...] = (
    ("data.describe", {"data": "{}"}),
    ("data.preview", {"data": "{}"}),
    ("data.query", {"sql": "select * from {}"}),
    ("data.delete", {"data": "{}"}),
)


async def refusal(house: House, tool: str, given: dict[str, Any]) -> tuple[str, float]:
    """The words of a refusal, without what was asked for, and how long it took."""
    start = time.perf_counter()
    with pytest.raises(NotFound) as caught:
        await house.call(tool, given, Role.ORG_ADMIN)
    elapsed_s = time.perf_counter() - start
    words = "\n".join(caught.value.in_words(each) for each in ("en", "ko"))
    for value in given.values():
        words = words.replace(str(value).rsplit(" ", 1)[-1], "*")
    return words, elapsed_s


def secret_name(house: House) -> str:
    """The name of a dataset that only this house has."""
    return next(each for each in house.nest.ids["dataset"] if each.startswith("zq"))


@pytest.mark.parametrize(("tool", "given"), BY_NAME, ids=lambda each: str(each)[:20])
async def test_a_name_that_another_has_is_refused_like_any_other(
    street: Street, tool: str, given: dict[str, Any]
) -> None:
    theirs = secret_name(street.other)
    nobodys = f"zq{'0' * 16}qz"
    answers = {
        (await refusal(street.one, tool, {field: text.format(name)}))[0]
        for name in (theirs, nobodys)
        for field, text in given.items()
    }
    assert len(answers) == 1
    assert "*" in answers.pop()


@pytest.mark.parametrize(("tool", "field", "kind"), BY_ID, ids=str)
async def test_an_id_that_another_has_is_refused_like_any_other(
    street: Street, tool: str, field: str, kind: str
) -> None:
    theirs = street.other.nest.ids.get(kind, [])
    assert theirs, f"there is no {kind} to try"
    more = _MORE.get(tool, {})
    answers = {
        (await refusal(street.one, tool, {field: each, **more}))[0].replace(each, "*")
        for each in (*theirs[:3], str(new_id()))
    }
    assert len(answers) == 1


@pytest.mark.parametrize("tool", ["data.describe", "data.preview"])
async def test_how_long_it_takes_does_not_tell_either(street: Street, tool: str) -> None:
    theirs, nobodys = secret_name(street.other), f"zq{'0' * 16}qz"
    for _ in range(3):  # a busy machine seems to tell now and then; a leak would each time
        first, second = await timed(street, tool, theirs, nobodys)
        if not told(first, second):
            return
    pytest.fail("the time that a refusal takes tells whether another has the name")


async def timed(
    street: Street, tool: str, theirs: str, nobodys: str
) -> tuple[list[float], list[float]]:
    first, second = list[float](), list[float]()
    for number in range(_SAMPLES):
        names = (theirs, nobodys) if number % 2 else (nobodys, theirs)
        for name in names:
            elapsed_s = (await refusal(street.one, tool, {"data": name}))[1]
            (first if name == theirs else second).append(elapsed_s)
    return first, second


def told(first: list[float], second: list[float]) -> bool:
    """Whether two sets of times differ so clearly, and so much, that somebody could tell."""
    chance = float(mannwhitneyu(first, second).pvalue)
    one, other = statistics.median(first), statistics.median(second)
    return chance < _CHANCE_MIN and abs(one - other) > _SHARE_MAX * max(one, other)


async def test_a_difference_would_be_seen() -> None:
    choose = np.random.default_rng(5)
    quick = [float(each) for each in choose.gamma(2.0, 0.001, _SAMPLES)]
    assert told(quick, [each + 0.002 for each in quick])

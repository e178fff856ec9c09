"""Canonical JSON: one spelling for a value."""

import datetime
import enum
import json
import math
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from morello.kernel.errors import InvalidInput, ProofFailed
from morello.ledger.proof import canonical

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)


@pytest.mark.slow
@given(values)
def test_every_plain_value_reads_back(value: Any) -> None:
    encoded = canonical.encode(canonical.plain(value))
    assert canonical.decode(encoded) == value
    assert canonical.encode(canonical.decode(encoded)) == encoded


@given(values)
def test_the_quick_way_spells_as_the_slow_one(value: Any) -> None:
    slow = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        expected = slow.encode()
    except UnicodeEncodeError:
        with pytest.raises(InvalidInput):
            canonical.encode(value)
        return
    assert canonical.encode(value) == expected


@pytest.mark.slow
@given(st.dictionaries(st.text(), values, max_size=5))
def test_a_group_is_spelled_as_anything_is(group: dict[str, Any]) -> None:
    try:
        expected = canonical.encode(group)
    except InvalidInput:
        with pytest.raises(InvalidInput):
            canonical.encode_group(group)
        return
    assert canonical.encode_group(group) == expected


@given(st.floats(1e-6, 1e18))
def test_floats_around_the_limits_are_spelled_alike(value: float) -> None:
    assert canonical.encode([value, -value]) == f"[{value!r},{-value!r}]".encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"é": "é\n\x7f"}, '{"é":"é\\n\x7f"}'),
        ({"x": 0.1, "y": 1e16, "z": -0.0}, '{"x":0.1,"y":1e+16,"z":-0.0}'),
        ({"\ue000": 1, "\U00010000": 2}, '{"\ue000":1,"\U00010000":2}'),
        (10**30, "1" + "0" * 30),
    ],
)
def test_the_spelling_is_this(value: Any, text: str) -> None:
    assert canonical.encode(value).decode() == text


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"b":1,"a":2}',
        '{"a": 1}',
        '{"a":1}\n',
        '{"a":1.00}',
        '{"a":1E5}',
        '{"a":-0}',
        '{"a":NaN}',
        '{"a":1e999}',
        '{"a":"\\u0041"}',
        '{"a":"\\ud800"}',
        '\ufeff{"a":1}',
        "[" * 100_000,
        "[" * 40 + "]" * 40,
        "9" * 10_000,
        "",
        "{",
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ProofFailed):
        canonical.decode(text.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ProofFailed):
        canonical.decode(b'{"a":"\xff"}')


class _Colour(enum.StrEnum):
    RED = "red"


class _Model(BaseModel):
    n: int


def test_known_types_become_plain() -> None:
    at = datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC)
    given_value = {
        "id": uuid.UUID(int=7),
        "at": at,
        "day": at.date(),
        "colour": _Colour.RED,
        "model": _Model(n=1),
        "set": {"b", "a"},
        "tuple": (1, 2),
        "floats": [math.nan, math.inf, -math.inf],
        uuid.UUID(int=8): None,
    }
    plain = canonical.plain(given_value)
    assert json.loads(json.dumps(plain)) == plain
    assert plain["colour"] == "red"
    assert plain["set"] == ["a", "b"]
    assert plain["floats"] == ["NaN", "Infinity", "-Infinity"]
    assert plain["at"] == "2026-01-02T03:04:00+00:00"


@pytest.mark.parametrize("value", [b"bytes", object(), {1: 2}, {"a": 1j}])
def test_other_types_are_refused(value: Any) -> None:
    with pytest.raises(InvalidInput):
        canonical.plain(value)


def test_deep_nesting_is_refused() -> None:
    deep: Any = []
    for _ in range(canonical.DEPTH_MAX):
        deep = [deep]
    with pytest.raises(InvalidInput, match="levels deep"):
        canonical.plain(deep)
    assert canonical.plain(deep[0]) == deep[0]


@pytest.mark.parametrize("value", ["\ud800", 10**5000, math.nan], ids=["half", "long", "nan"])
def test_what_has_no_spelling_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput):
        canonical.encode(value)

import enum
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import BaseModel, Field

from morello.doors.cli.commands.fields import fields_of, parse
from morello.kernel.errors import InvalidInput
from morello.kernel.values import Blob, DataRef


class Side(enum.StrEnum):
    LEFT = "left"
    RIGHT = "right"


class Inner(BaseModel):
    low: float


class Request(BaseModel):
    where: Inner | None = Field(default=None, description="Nested.")
    data: DataRef = Field(description="A dataset.")
    others: list[DataRef] = []
    file: Blob | None = None
    side: Side = Side.LEFT
    rows_max: int | None = None
    share: float = 0.5
    exact: bool = False
    sql: str = ""
    anything: Any = None
    mixed: int | str = 1


FIELDS = fields_of(Request)


def read(*tokens: str) -> dict[str, Any]:
    return parse(
        tokens, FIELDS, blob=lambda path: Blob.of(path, b"", "text/plain"), json=json.loads
    )


def test_kinds_come_from_the_schema() -> None:
    assert {each.name: each.kind for each in FIELDS} == {
        "data": "dataset",
        "where": "JSON",
        "others": "dataset",
        "file": "file",
        "side": "left|right",
        "rows_max": "integer",
        "share": "number",
        "exact": "yes/no",
        "sql": "text",
        "anything": "JSON",
        "mixed": "text",
    }


def test_required_fields_come_first_and_options_are_spelled_with_dashes() -> None:
    assert FIELDS[0].name == "data"
    assert FIELDS[0].required
    assert "--rows-max" in {each.option for each in FIELDS}
    assert next(each for each in FIELDS if each.name == "others").many


def test_values_become_the_model_s() -> None:
    typed = read(
        *("--data", "orders@ab", "--others", "a", "--others=b", "--side", "right"),
        *("--rows_max", "7", "--share", "-0.5", "--exact", "--where", '{"low": 1}'),
        *("--file", "x.csv", "--sql", "-- all\nSELECT 1"),
    )
    request = Request.model_validate(typed)
    assert request.data == DataRef(dataset="orders", version="ab")
    assert [each.dataset for each in request.others] == ["a", "b"]
    assert request.rows_max == 7
    assert request.share == -0.5
    assert request.exact
    assert request.where == Inner(low=1)
    assert request.file is not None
    assert request.file.name == "x.csv"
    assert request.sql == "-- all\nSELECT 1"


@pytest.mark.parametrize(
    ("tokens", "value"),
    [
        (("--exact",), True),
        (("--no-exact",), False),
        (("--exact", "false"), False),
        (("--exact=no",), "no"),
    ],
)
def test_yes_and_no(tokens: tuple[str, ...], value: Any) -> None:
    assert read(*tokens) == {"exact": value}


def test_a_list_may_be_json() -> None:
    assert read("--others", '["a", "b"]') == {"others": ["a", "b"]}


@pytest.mark.parametrize(
    ("tokens", "case"),
    [
        (("stray",), "stray"),
        (("--sqll", "x"), "field"),
        (("--no-sql",), "field"),
        (("--sql",), "no_value"),
    ],
)
def test_slips(tokens: tuple[str, ...], case: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(*tokens)
    assert raised.value.message.id == f"error.invalid_input.cli.{case}"


def test_the_nearest_field_is_named() -> None:
    with pytest.raises(InvalidInput, match="--rows-max"):
        read("--row-max", "1")


@given(some.lists(some.text()))
def test_whatever_is_typed_the_answer_is_input_or_a_clear_refusal(tokens: list[str]) -> None:
    try:
        typed = read(*tokens)
    except (InvalidInput, ValueError):
        return
    assert set(typed) <= {each.name for each in FIELDS}


@given(some.text())
def test_any_text_reaches_a_text_field_unchanged(text: str) -> None:
    assert read("--sql", text) == {"sql": text}
    assert read(f"--sql={text}") == {"sql": text}

import pytest

from morello.kernel.messages import Message, number, render


@pytest.mark.parametrize(
    ("value", "text"),
    [(12345, "12,345"), (0.123456, "0.1235"), (1234.5, "1,234"), (3.0, "3"), (-7, "-7")],
)
def test_numbers_for_people(value: float, text: str) -> None:
    assert number(value) == text


def test_a_message_is_rendered_in_each_language() -> None:
    message = Message(id="error.busy.rate", parameters={"amount": 1000, "retry_after_s": 1.0})
    assert render(message) == "More than 1,000 calls a second came from this organization."
    assert render(message, "ko") == "이 조직의 호출이 초당 1,000건을 넘었습니다."


def test_an_unknown_id_and_a_missing_parameter_do_not_break_a_page() -> None:
    assert render(Message(id="no.such.text")) == "no.such.text"
    assert "{name}" in render(Message(id="error.not_found.tool"))


def test_braces_in_a_value_are_only_a_value() -> None:
    hostile = Message(id="error.not_found.tool", parameters={"name": "{0.__class__}"})
    assert "{0.__class__}" in render(hostile)


def test_an_attribute_of_a_parameter_is_not_reachable() -> None:
    assert render(Message(id="error.not_found.tool", parameters={"name": "x"})).count("x") == 1


def test_a_list_and_a_nested_message_are_rendered_in_place() -> None:
    nested = Message(
        id="error.not_found.tool.next",
        parameters={"similar": ["a.b", Message(id="error.cancelled")]},
    )
    assert "a.b, The call was stopped" in render(nested)

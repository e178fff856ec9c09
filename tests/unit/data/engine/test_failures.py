import pytest

from morello.data.engine.failures import translate
from morello.data.engine.plan import Plan
from morello.kernel.errors import BadQuery, Cancelled, Fault, MorelloError, TooLarge

OPEN = Plan(sql="", sources=(), visible=("region", "branch"), is_guarded=False)
GUARDED = Plan(sql="", sources=(), visible=("region",), is_guarded=True)


@pytest.mark.parametrize(
    ("text", "kind", "identifier"),
    [
        ("Out of Memory Error: failed to allocate", TooLarge, "error.too_large.memory"),
        ("INTERRUPT Error: Interrupted!", Cancelled, "error.cancelled"),
        ("IO Error: Cannot open file", Fault, "error.fault.engine"),
        ("Permission Error: Cannot access file", Fault, "error.fault.engine"),
        ("INTERNAL Error: assertion", Fault, "error.fault.engine"),
        ("something without a kind", Fault, "error.fault.engine"),
        ("", Fault, "error.fault.engine"),
        ("Invalid Input Error: Computed AES tag differs", Fault, "error.fault.engine"),
        ("Invalid Input Error: No magic bytes found in '/a/b'", Fault, "error.fault.engine"),
        (
            'Binder Error: Referenced column "regoin" not found in FROM clause!\nCandidates: x',
            BadQuery,
            "error.bad_query.unknown_column",
        ),
        (
            'Binder Error: Values list "p" does not have a column named "zzz"',
            BadQuery,
            "error.bad_query.unknown_column_only",
        ),
        (
            "Catalog Error: Scalar Function with name f does not exist!",
            BadQuery,
            "error.bad_query.unknown_function_only",
        ),
        ("Binder Error: something else", BadQuery, "error.bad_query.meaning"),
        ("Conversion Error: Could not convert", BadQuery, "error.bad_query.value"),
    ],
)
def test_an_error_of_the_engine_becomes_ours(
    text: str, kind: type[MorelloError], identifier: str
) -> None:
    error = translate(text, OPEN, memory_max_bytes=1)
    assert type(error) is kind
    assert error.message.id == identifier
    assert error.in_words("ko") != identifier


def test_the_query_that_ran_is_not_quoted() -> None:
    text = "Conversion Error: Could not convert 'x'\n\nLINE 1: SELECT * FROM secret WHERE rule"
    said = translate(text, OPEN, memory_max_bytes=1).in_words()
    assert "'x'" in said
    assert "rule" not in said


def test_values_are_withheld_where_rules_apply() -> None:
    text = "Conversion Error: Could not convert string 'canary'"
    error = translate(text, GUARDED, memory_max_bytes=1)
    assert error.message.id == "error.bad_query.value_withheld"
    assert "canary" not in repr(error.message)


def test_only_visible_columns_are_suggested() -> None:
    text = (
        'Binder Error: Referenced column "branhc" not found in FROM clause!\nCandidates: "branch"'
    )
    assert "similar" not in translate(text, GUARDED, memory_max_bytes=1).message.parameters
    assert translate(text, OPEN, memory_max_bytes=1).message.parameters["similar"] == ["branch"]

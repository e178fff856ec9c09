import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.app.logs.mask import LENGTH_MAX, masked, masked_text

SECRET = "s3cr3tVALUE"


@pytest.mark.parametrize(
    "text",
    [
        f"mor_live_{SECRET}_abcdef",
        f"key=mor_{SECRET}",
        f"Authorization: Bearer {SECRET}.{SECRET}",
        f"authorization: basic {SECRET}==",
        f"eyJhbGciOiJFZERTQSJ9.{SECRET}.{SECRET}",
        f"$argon2id$v=19$m=19456,t=2,p=1${SECRET}",
        f"postgresql://morello:{SECRET}@127.0.0.1:5432/morello",
        f"password={SECRET}&x=1",
        f"{{'password': '{SECRET} with blanks'}}",
        f'{{"api_key": "{SECRET}"}}',
        f"morello_session={SECRET}; Path=/",
        f"Set-Cookie: {SECRET}",
        f"new_password = {SECRET}",
        f"PGPASSWORD={SECRET}",
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
        f"-----BEGIN EC PRIVATE KEY-----\n{SECRET}",
        f"1 validation error [type=int, input_value='{SECRET}', input_type=str]",
        f"duplicate key\nDETAIL:  Key (email)=({SECRET}) already exists.",
        f"{SECRET}@example.com signed in",
        f"sign in at http://127.0.0.1:8000/enter#token={SECRET}",
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(text: str) -> None:
    assert SECRET not in masked_text(text)
    assert SECRET not in masked_text(f"before {text} after\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "call 01a1f88c-7974-7569-9427-3baf99aba674 of data.query failed",
        "listening at http://127.0.0.1:8000/docs",
        "the tokenizer found 3 words",
        "memory 12 of 34; 127.0.0.1",
        "한국어 문장도 그대로입니다.",
    ],
)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert masked_text(text) == text


def test_what_a_secret_is_called_hides_it_at_any_depth() -> None:
    given = {"user": {"password": SECRET, "Api-Key": SECRET, "n": 1}, "all": [{"csrf": SECRET}]}
    assert SECRET not in str(masked(given))
    assert masked(given)["user"]["n"] == 1


def test_depth_and_length_are_bounded() -> None:
    endless: dict[str, object] = {}
    endless["again"] = endless
    assert len(str(masked(endless))) < 1000
    assert len(masked_text("a" * 10**6)) <= LENGTH_MAX + 1


@given(st.text())
def test_any_text_can_be_masked_twice(text: str) -> None:
    once = masked_text(text)
    assert len(masked_text(once)) <= len(once) + 10 * len(text) + 10


@pytest.mark.parametrize(
    "piece", ["a", "a.", "a-", "eyJ", "eyJ.", "password=", "://", "mor_", "a_b-", "bearer ", "@a."]
)
def test_no_text_takes_long(piece: str) -> None:
    started = time.process_time()
    masked_text(piece * (LENGTH_MAX // len(piece)))
    assert time.process_time() - started < 0.5

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.doors.rest import asked as module
from morello.doors.rest.asked import Asked, Gone
from morello.doors.rest.language import language_of
from morello.kernel.errors import InvalidInput, TimedOut, TooLarge


def asked(*messages: dict[str, Any], query: str = "", **headers: str) -> Asked:
    waiting = list(messages)

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/a b",
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()],
    }
    return Asked.of(scope, receive)


def chunk(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_comes_in_chunks() -> None:
    one = asked(chunk(b"ab", more=True), chunk(b"", more=True), chunk(b"c"), content_length="3")
    assert [each async for each in one.chunks(10)] == [b"ab", b"c"]
    assert one.body_is_read


async def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    one = asked(content_length="11")
    with pytest.raises(TooLarge):
        await one.body(10)
    assert not one.body_is_read


async def test_a_body_that_turns_out_too_large_is_not_read_on() -> None:
    one = asked(chunk(b"x" * 8, more=True), chunk(b"x" * 8, more=True), transfer_encoding="chunked")
    with pytest.raises(TooLarge):
        await one.body(10)


async def test_who_leaves_within_the_body_is_gone() -> None:
    one = asked(chunk(b"x", more=True), content_length="9")
    with pytest.raises(Gone):
        await one.body(10)


async def test_a_silent_body_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK_TIMEOUT_S", 0.01)
    one = asked(content_length="9")
    one.receive = asyncio.Event().wait  # type: ignore[assignment] # it never comes
    with pytest.raises(TimedOut):
        await one.body(10)


async def test_a_body_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK_TIMEOUT_S", 0.0001)
    monkeypatch.setattr(module, "BYTES_PER_S_MIN", 1 << 40)
    one = asked(*[chunk(b"x", more=True)] * 1000, content_length="1000")
    with pytest.raises(TimedOut):
        await one.body(10_000)


def test_a_query_is_read_with_its_escapes() -> None:
    assert asked(query="a=%ED%95%9C+x&b=").query() == [("a", "한 x"), ("b", "")]
    for broken in ("a=%ff", "&".join(f"f{n}=1" for n in range(201))):
        with pytest.raises(InvalidInput):
            asked(query=broken).query()


def test_cookies_are_read_and_rubbish_is_not() -> None:
    assert asked(cookie="a=1; b=2=3; c; =").cookies == {"a": "1", "b": "2=3", "": ""}
    assert asked().cookies == {}


def test_a_path_keeps_its_escapes_where_the_server_gives_them() -> None:
    one = asked()
    assert one.raw_path == "/a%20b"
    one.scope["raw_path"] = b"/a%2Fb"
    assert one.raw_path == "/a%2Fb"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,en;q=0.9", "ko"),
        ("it, en;q=0.3, ko;q=0.4", "ko"),
        ("fr-CA, en;q=0.3", "fr"),
        ("ko;q=0, en", "en"),
        ("de;q=x, *", "en"),
    ],
)
def test_the_language_is_the_one_wanted_most(header: str, language: str) -> None:
    assert language_of(header) == language


@given(st.text())
def test_any_language_header_gives_a_language(header: str) -> None:
    assert language_of(header) in {"en", "ko"}

import itertools
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.doors.cli.remote import events as module
from morello.doors.cli.remote.events import Event, events
from morello.kernel.errors import Unavailable


async def read(*chunks: bytes) -> list[Event]:
    async def source() -> AsyncIterator[bytes]:
        for each in chunks:
            yield each

    return [each async for each in events(source())]


async def test_events_are_read_as_they_are_written() -> None:
    text = (
        b": a comment\n\nevent: progress\nid: 7\ndata: one\ndata: two\n\n"
        b"data:bare\r\n\r\nretry: 5\n\nevent: unfinished\ndata: x\n"
    )
    assert await read(text) == [Event("progress", "one\ntwo", "7"), Event("message", "bare", "7")]


async def test_other_line_ends_are_part_of_a_text() -> None:
    text = 'data: {"a":"\u2028\u0085\x0b"}\n\n'
    assert (await read(text.encode()))[0].data == '{"a":"\u2028\u0085\x0b"}'


@given(st.lists(st.integers(0, 30)))
async def test_where_it_is_cut_does_not_matter(cuts: list[int]) -> None:
    text = "event: a\ndata: Käse\n\ndata: 한\n\n".encode()
    places = sorted({0, *cuts, len(text)})
    chunks = [text[start:end] for start, end in itertools.pairwise(places)]
    assert await read(*chunks) == await read(text)


@pytest.mark.parametrize("text", [b"data: " + b"x" * 100, b"data: xxxxxxxx\n" * 10])
async def test_an_event_without_end_is_refused(
    text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_EVENT_BYTES_MAX", 50)
    with pytest.raises(Unavailable):
        await read(text)
